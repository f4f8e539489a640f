import { isVersionId } from './codec-object.ts';
import { headerBytes } from './message.ts';
import { bucketNameFault, objectKeyFault } from './names.ts';
import { type Codec, Malformed } from './operation.ts';
import { percentDecode, percentEncode } from './percent.ts';

/** The source of a copy: the value of `x-oss-copy-source`, `/bucket/key[?versionId=id]`, the key percent-encoded. */
export interface CopySource {
  /** The bucket of the source; it must be in the region of the destination. */
  readonly sourceBucket: string;
  /** The source's key, decoded. */
  readonly sourceKey: string;
  /** The version to copy; without it the current one. */
  readonly sourceVersionId?: string | undefined;
}

/**
 * `x-oss-copy-source` (OSS: CopyObject). Slashes inside the key may be encoded or not; the key is decoded once, and `+` is a space, as Go's SDK v1 and ossutil
 * send it. A `?` that is not encoded begins the query, in which only `versionId` may stand.
 */
export const copySource: Codec<CopySource> = {
  form: '`/bucket/key`, the key percent-encoded, optionally followed by `?versionId=id`',
  encode: ({ sourceBucket, sourceKey, sourceVersionId }) => {
    const query = sourceVersionId === undefined ? '' : `?versionId=${percentEncode(sourceVersionId)}`;
    return `/${percentEncode(sourceBucket)}/${percentEncode(sourceKey, { keepSlash: true })}${query}`;
  },
  decode: (given) => {
    if (given === '') throw incomplete('0042-00000302');
    const mark = given.indexOf('?');
    const [, rawBucket, rawKey] = /^\/([^/]+)\/(.+)$/s.exec(mark < 0 ? given : given.slice(0, mark)) ?? [];
    if (rawBucket === undefined || rawKey === undefined) throw incomplete(given.startsWith('/') ? undefined : '0042-00000301');
    const source = { sourceBucket: decodeName(rawBucket), sourceKey: decodeName(rawKey) };
    judgeNames(source);
    return mark < 0 ? source : { ...source, sourceVersionId: versionOf(given.slice(mark + 1)) };
  },
};

function decodeName(raw: string): string {
  const decoded = percentDecode(headerBytes(raw), { plusAsSpace: true });
  if (decoded === undefined) throw incomplete();
  return decoded;
}

function judgeNames({ sourceBucket, sourceKey }: CopySource): void {
  const bucketFault = bucketNameFault(sourceBucket);
  if (bucketFault !== undefined) throw new Malformed(bucketFault, { code: 'InvalidBucketName', ec: '0015-00000001' });
  const keyFault = objectKeyFault(sourceKey);
  if (keyFault !== undefined) throw new Malformed(keyFault, { code: 'InvalidObjectName' });
}

function versionOf(query: string): string {
  const [, rawId] = /^versionId(?:=([^&]*))?$/.exec(query) ?? [undefined, undefined];
  const known = query === 'versionId' || query.startsWith('versionId=');
  if (!known || query.includes('&')) {
    throw new Malformed('Only versionId may stand in the query of a copy source.', { ec: '0016-00000304' });
  }
  if (rawId === undefined || rawId === '') throw new Malformed('Version id can not be the empty string.', { ec: '0016-00000305' });
  const id = percentDecode(headerBytes(rawId));
  if (id === undefined || !isVersionId(id)) throw new Malformed('Invalid version id specified.');
  return id;
}

function incomplete(ec?: string): Malformed {
  return new Malformed('Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.', ec === undefined ? {} : { ec });
}
