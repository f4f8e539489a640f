import type { Id } from '../ids.ts';
import type { Row } from '../kv/key-value.ts';
import type { Bucket } from '../store.ts';
import { id, number, oneOf, optional, text } from './field.ts';
import { bucketNameOf } from './keys.ts';
import { cannedAcl, storageClass, textRecord } from './properties-field.ts';
import { recordCodec } from './record.ts';

/** A bucket as its row has it. `closing`: a deletion looks whether it is empty; the id is the deleter's. To everybody else it works as before. */
export interface BucketRow {
  readonly bucket: Bucket;
  readonly closing: Id | undefined;
}

type BucketRecord = Omit<Bucket, 'name' | 'configurations'> & {
  readonly configurations?: Bucket['configurations'] | undefined;
  readonly closing?: Id | undefined;
};

const bucketRecord = recordCodec<BucketRecord>(
  'bucket',
  2,
  {
    id,
    region: text,
    ownerId: text,
    createdMs: number,
    acl: cannedAcl,
    storageClass,
    dataRedundancyType: oneOf('LRS', 'ZRS'),
    closing: optional(id),
    versioning: optional(oneOf('Enabled', 'Suspended')),
    configurations: optional(textRecord),
  },
  { 1: 8 },
);

export function encodeBucket({ bucket, closing }: BucketRow): Uint8Array {
  return bucketRecord.encode({ ...bucket, closing });
}

interface Remembered {
  readonly value: Uint8Array;
  readonly row: BucketRow;
}

/** Each request reads the row of its bucket, which seldom changes, and a policy in it is long. By name, the oldest first; what is not small is not kept. */
const remembered = new Map<string, Remembered>();
const rememberedRows = 512;
const rememberedBytes = 64 * 1024;

/** The same as `decodeBucket`; the same bytes answer the same row. For buckets that are asked for by name. */
export function recallBucket({ key, value }: Pick<Row, 'key' | 'value'>): BucketRow {
  const name = bucketNameOf(key);
  const known = remembered.get(name);
  if (known !== undefined && Buffer.compare(known.value, value) === 0) return known.row;
  const row = decodeBucket({ key, value });
  if (value.length > rememberedBytes) return row;
  if (known === undefined && remembered.size >= rememberedRows) for (const [oldest] of remembered) if (remembered.delete(oldest)) break;
  // A copy: whose memory this is, is not for us to say.
  remembered.set(name, { value: Uint8Array.from(value), row });
  return row;
}

export function decodeBucket(row: Pick<Row, 'key' | 'value'>): BucketRow {
  const { closing, configurations = {}, ...facts } = bucketRecord.decode(row);
  return { bucket: { name: bucketNameOf(row.key), ...facts, configurations }, closing };
}
