import type { BlobName } from '../blob/blob-store.ts';
import type { Id } from '../ids.ts';
import type { Row } from '../kv/key-value.ts';
import { type Field, id, listOf, mapped, number, oneOf, optional, struct, text, wrong } from './field.ts';
import { recordCodec } from './record.ts';

/** What the collector is to look at. */
export type Todo =
  /** A manifest lost a holder. */
  | { readonly kind: 'manifest'; readonly manifest: Id }
  /** Blobs lost an owner. */
  | { readonly kind: 'blobs'; readonly blobs: readonly BlobName[] }
  /** An upload was completed or aborted; its bucket, for the statistics. */
  | { readonly kind: 'upload'; readonly upload: Id; readonly bucket: Id };

interface StoredTodo {
  readonly kind: Todo['kind'];
  /** The manifest or the upload. */
  readonly node?: Id | undefined;
  readonly bucket?: Id | undefined;
  readonly blobs?: readonly BlobName[] | undefined;
}

const work: Field<Todo> = mapped(
  struct<StoredTodo>({
    kind: oneOf('manifest', 'blobs', 'upload'),
    node: optional(id),
    bucket: optional(id),
    blobs: optional(listOf(text)),
  }),
  (todo) => {
    if (todo.kind === 'manifest') return { kind: todo.kind, node: todo.manifest };
    return todo.kind === 'upload' ? { kind: todo.kind, node: todo.upload, bucket: todo.bucket } : todo;
  },
  ({ kind, node, bucket, blobs }) => {
    if (kind === 'blobs' && blobs !== undefined) return { kind, blobs };
    if (kind === 'manifest' && node !== undefined) return { kind, manifest: node };
    if (kind === 'upload' && node !== undefined && bucket !== undefined) return { kind, upload: node, bucket };
    return wrong(`what ${kind} needs`, undefined);
  },
);

const todoRecord = recordCodec<{ readonly work: Todo }>('todo', 1, { work });

export function encodeTodo(todo: Todo): Uint8Array {
  return todoRecord.encode({ work: todo });
}

export function decodeTodo(row: Pick<Row, 'key' | 'value'>): Todo {
  return todoRecord.decode(row).work;
}

/** A manifest that nothing holds. `removing` is the point of no return: its pages are going. */
export interface Quarantine {
  readonly sinceMs: number;
  readonly state: 'quarantined' | 'removing';
}
export const quarantineRecord = recordCodec<Quarantine>('quarantine', 1, { sinceMs: number, state: oneOf('quarantined', 'removing') });

/** The quarantine by date. All of it stands in the key. */
export const dueRecord = recordCodec<object>('due', 1, {});
