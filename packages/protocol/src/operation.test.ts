import { describe, expect, it } from 'vitest';
import { count, text } from './codec.ts';
import type { CopySource } from './copy-source.ts';
import {
  bucketName,
  element,
  header,
  Malformed,
  many,
  operation,
  optional,
  query,
  type RequestOf,
  type ResultOf,
  required,
  struct,
  xml,
} from './operation.ts';
import type { operations } from './operations/index.ts';

/** Whether two types are the same, and not only assignable to each other. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const sample = operation({
  name: 'Sample',
  method: 'GET',
  level: 'bucket',
  marks: {},
  request: {
    bucket: bucketName,
    size: required(query('size', count)),
    note: header('x-oss-note', text),
    items: xml(many(struct('Item', { id: element('ID', text), size: optional(element('Size', count)) }))),
  },
  requestRoot: 'Items',
  results: { 200: { members: { etag: required(header('ETag', text)) } }, 304: { members: {} } },
  errors: ['NoSuchBucket'],
  permissions: ({ bucket, size }) => (size > 0 ? [{ action: 'oss:GetSample', bucket }] : []),
  retry: 'idempotent',
  bodyLimitBytes: 1,
});

describe('the types of a definition', () => {
  it('are flat records of its members', () => {
    interface Expected {
      readonly bucket: string;
      readonly size: number;
      readonly items: readonly { readonly id: string; readonly size?: number | undefined }[];
      readonly note?: string | undefined;
    }
    type Plain<T> = { [K in keyof T]: T[K] };
    const isSame: Same<Plain<RequestOf<typeof sample>>, Plain<Expected>> = true;
    expect(isSame).toBe(true);
  });

  it('are unions over the statuses of its results', () => {
    const tell = (result: ResultOf<typeof sample>): string => {
      if (result.statusCode === 200) return result.etag;
      // @ts-expect-error: 304 has no etag
      return String(result.etag);
    };
    expect(tell({ statusCode: 200, etag: '"A"' })).toBe('"A"');
    // @ts-expect-error: 200 has an etag
    expect(tell({ statusCode: 200 })).toBeUndefined();
  });

  it('spread the fields of groups', () => {
    type Copy = RequestOf<typeof operations.copyObject>;
    const isSource: Copy extends CopySource ? true : false = true;
    // The group itself is no field.
    const isField: 'source' extends keyof Copy ? true : false = false;
    expect([isSource, isField]).toEqual([true, false]);
  });

  it('are those of permissions, too', () => {
    expect(sample.permissions({ bucket: 'b', size: 1, items: [] })).toEqual([{ action: 'oss:GetSample', bucket: 'b' }]);
    // @ts-expect-error: size is a number
    expect(sample.permissions({ bucket: 'b', size: '0', items: [] })).toEqual([]);
  });

  it('refuse definitions that are none', () => {
    const definition = { ...sample, permissions: () => [] };
    // @ts-expect-error: no such code
    operation({ ...definition, errors: ['NoSuchThing'] });
    // @ts-expect-error: no such level
    operation({ ...definition, level: 'region' });
    // @ts-expect-error: actions begin with `oss:`
    operation({ ...definition, permissions: () => [{ action: 'GetObject' }] });
    expect(definition.name).toBe('Sample');
  });
});

describe('Malformed', () => {
  it('is InvalidArgument unless its codec says otherwise', () => {
    expect(new Malformed('m')).toMatchObject({ message: 'm', code: 'InvalidArgument', ec: undefined, argument: undefined });
    expect(new Malformed('m', { code: 'InvalidDigest', ec: '0017-00000502', argument: ['a', 'b'] })).toMatchObject({
      code: 'InvalidDigest',
      ec: '0017-00000502',
      argument: ['a', 'b'],
    });
  });
});
