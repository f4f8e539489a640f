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
}
export interface ClassFigures {
  readonly storageClass: StorageClass;
  readonly objects: number;
  readonly storageBytes: number;
}

const shape: { readonly [K in keyof Figures]: Field<Figures[K]> } = {
  uploads: number,
  parts: number,
  classes: listOf(struct<ClassFigures>({ storageClass, objects: number, storageBytes: number })),
};

/** Totals as of the last fold. The row stands while its bucket does. */
export const totalsRecord = recordCodec<Figures & { readonly foldedMs: number }>('statistics', 1, { foldedMs: number, ...shape });
/** A change that is not folded yet. */
export const changeRecord = recordCodec<Figures>('change', 1, shape);
