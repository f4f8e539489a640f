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

export function decodeBucket(row: Pick<Row, 'key' | 'value'>): BucketRow {
  const { closing, configurations = {}, ...facts } = bucketRecord.decode(row);
  return { bucket: { name: bucketNameOf(row.key), ...facts, configurations }, closing };
}
