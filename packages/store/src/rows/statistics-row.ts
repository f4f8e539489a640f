import type { StorageClass } from '../store.ts';
import { type Field, listOf, number, struct } from './field.ts';
import { storageClass } from './properties-field.ts';
import { recordCodec } from './record.ts';

/** Figures of a bucket, or their change: then they may be negative. */
export interface Figures {
  readonly uploads: number;
  readonly parts: number;
  /** Each class once. */
  readonly classes: readonly ClassFigures[];
  /** Delete markers. */
  readonly markers: number;
}
export interface ClassFigures {
  readonly storageClass: StorageClass;
  /** All versions. */
  readonly objects: number;
  readonly storageBytes: number;
}

/** Rows from before there was something to count have none. */
const countOrNone: Field<number> = { write: number.write, read: (stored) => (stored === null ? 0 : number.read(stored)) };

const shape: { readonly [K in keyof Figures]: Field<Figures[K]> } = {
  uploads: number,
  parts: number,
  classes: listOf(struct<ClassFigures>({ storageClass, objects: number, storageBytes: number })),
  markers: countOrNone,
};

/** Totals as of the last fold. The row stands while its bucket does. */
export const totalsRecord = recordCodec<Figures & { readonly foldedMs: number }>('statistics', 2, { foldedMs: number, ...shape }, { 1: 4 });
/** A change that is not folded yet. */
export const changeRecord = recordCodec<Figures>('change', 2, shape, { 1: 3 });
