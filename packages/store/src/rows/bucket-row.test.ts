import { describe, expect, it } from 'vitest';
import type { Bucket } from '../store.ts';
import { bucketProperties } from '../world.test.support.ts';
import { decodeBucket, encodeBucket, recallBucket } from './bucket-row.ts';
import { bucketKey } from './keys.ts';

function rowOf(name: string, configurations: Bucket['configurations'] = {}) {
  const bucket: Bucket = { ...bucketProperties, id: 'A'.repeat(32), name, createdMs: 1, configurations };
  return { key: bucketKey(name), value: encodeBucket({ bucket, closing: undefined }) };
}

describe('recallBucket', () => {
  it('answers what decodeBucket does, the same row for the same bytes, and never one for others', () => {
    const rows = [rowOf('one'), rowOf('one', { policy: '{}' }), rowOf('two')];
    for (const row of [...rows, ...rows]) expect(recallBucket(row)).toEqual(decodeBucket(row));
    const [, changed] = rows;
    expect(recallBucket(changed as (typeof rows)[0])).not.toBe(recallBucket(rowOf('one')));
    expect(recallBucket(rowOf('one'))).toBe(recallBucket(rowOf('one')));
  });

  it('does not keep the memory that it was given', () => {
    const row = rowOf('one', { policy: 'a' });
    recallBucket(row);
    row.value.fill(0);
    expect(recallBucket(rowOf('one', { policy: 'a' })).bucket.configurations).toEqual({ policy: 'a' });
  });

  it('keeps no large row, and no more than the last few hundred', () => {
    const large = rowOf('large', { policy: 'x'.repeat(70_000) });
    expect(recallBucket(large)).not.toBe(recallBucket(large));
    const first = recallBucket(rowOf('first'));
    for (let i = 0; i < 600; i++) recallBucket(rowOf(`other-${i}`));
    expect(recallBucket(rowOf('first'))).not.toBe(first);
  });
});
