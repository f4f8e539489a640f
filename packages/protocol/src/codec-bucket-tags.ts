/** Tags of buckets: their rules, and the forms of headers and queries (OSS: PutBucketTags, PutBucket, ListBuckets). */
import { type Tag, tagging, tagPairs } from './codec-tagging.ts';
import { limits } from './limits.ts';
import { utf8LengthBytes } from './names.ts';
import { type Codec, Malformed } from './operation.ts';

/** Keys that the service keeps for itself begin so. */
const keptPrefixes = ['http://', 'https://', 'Aliyun'];

/** Throws the documented error of a set of tags: too many, a key twice, a key or value that is not legal. */
export function judgeBucketTags(tags: readonly Tag[]): void {
  if (tags.length > limits.bucketTagCountMax) throw new Malformed('The bucket tags num is beyond limit.', { code: 'TooManyTags' });
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    const isKept = keptPrefixes.some((prefix) => key.startsWith(prefix));
    if (key === '' || isKept || utf8LengthBytes(key) > limits.bucketTagKeyMaxBytes) throw invalid('TagKey');
    if (utf8LengthBytes(value) > limits.bucketTagValueMaxBytes) throw invalid('TagValue');
    if (keys.has(key)) throw new Malformed('Tag keys must be unique.', { code: 'RepeatedTags' });
    keys.add(key);
  }
}

function invalid(what: 'TagKey' | 'TagValue'): Malformed {
  return new Malformed(`The ${what} you have provided is invalid.`, { code: 'InvalidTag' });
}

/** `x-oss-bucket-tagging` of PutBucket: the form of object tags, with the rules of buckets. */
export const bucketTagging: Codec<readonly Tag[]> = {
  ...tagging,
  decode: (given) => {
    const tags = tagPairs(given, 'x-oss-bucket-tagging');
    judgeBucketTags(tags);
    return tags;
  },
};

/** Keys of tags that go, joined by commas; no key that is not empty holds one (OSS: DeleteBucketTags). */
export const tagKeys: Codec<readonly string[]> = {
  form: 'keys joined by `,`',
  encode: (keys) => keys.join(','),
  decode: (given) => given.split(',').filter((key) => key !== ''),
};

/** The filter of ListBuckets: `"k1":"v1","k2":"v2"`, the inside of a JSON object of strings. */
export const tagFilter: Codec<readonly Tag[]> = {
  form: '`"key":"value"` pairs joined by `,`',
  encode: (tags) => tags.map(({ key, value }) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(','),
  decode: (given) => {
    const pairs = pairsOf(given);
    if (pairs === undefined) throw new Malformed('The tagging must be pairs of strings: "k1":"v1","k2":"v2".');
    if (pairs.length > limits.bucketTagCountMax) throw new Malformed('The bucket tags num is beyond limit.', { code: 'TooManyTags' });
    return pairs;
  },
};

function pairsOf(given: string): readonly Tag[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(`{${given}}`);
  } catch {
    return undefined;
  }
  const entries = Object.entries(parsed as object);
  if (entries.some(([, value]) => typeof value !== 'string')) return undefined;
  return entries.map(([key, value]: [string, string]) => ({ key, value }));
}
