import { describe, expect, it } from 'vitest';
import type { HeaderField, QueryField } from './message.ts';
import { operations } from './operations/index.ts';
import { unknownNames } from './unknown-names.ts';

const names = (list: string): readonly (readonly [string, string])[] => list.split(' ').map((name) => [name, 'x']);
const message = (query: string, headers: string): { readonly query: readonly QueryField[]; readonly headers: readonly HeaderField[] } => ({
  query: names(query),
  headers: names(headers),
});

describe('unknownNames', () => {
  it('finds what neither the operation nor OSS knows, once', () => {
    const found = unknownNames(
      operations.putObject,
      message(
        'x-oss-other prefix',
        'X-Oss-Odd x-oss-odd X-OSS-Meta-Any x-oss-storage-class x-oss-date x-oss-callback Host User-Agent If-Match',
      ),
    );
    expect(found).toEqual({ headers: ['x-oss-odd'], query: ['x-oss-other', 'prefix'] });
  });

  it('knows marks, members and parameters of signatures', () => {
    const query = 'uploadId partNumber OSSAccessKeyId Expires Signature x-oss-signature x-oss-security-token';
    expect(unknownNames(operations.uploadPart, message(query, 'x-oss-security-token')).query).toEqual([]);
  });

  it('counts on copies the plain conditions and the odd headers of ali-oss', () => {
    const headers = 'If-Match x-oss-copy-source x-oss-copy-source-if-match x-oss-copy-source-cache-control';
    expect(unknownNames(operations.copyObject, message('a', headers)).headers).toEqual(['if-match', 'x-oss-copy-source-cache-control']);
  });
});
