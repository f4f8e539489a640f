/** User metadata, `x-oss-meta-*` (OSS: PutObject, user metadata). */
import { limits } from './limits.ts';
import { utf8LengthBytes } from './names.ts';
import { type Codec, Malformed } from './operation.ts';

/** The prefix of user metadata's headers. */
export const METADATA_PREFIX = 'x-oss-meta-';

/**
 * A value of user metadata. The documents' alphabet (letters, digits, `-`) cannot be meant, since SDKs store values such as `1.01`; UTF-8 is kept
 * as it comes. What a header cannot carry is refused.
 */
export const metadataValue: Codec<string> = {
  form: 'text without control characters',
  encode: (value) => value,
  decode: (value) => value,
};

/** Throws the documented error of a whole record: a name or value that is not legal, or more than 8 KB of names and values. */
export function judgeMetadata(metadata: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!/^[A-Za-z0-9-]+$/.test(name)) {
      throw new Malformed('The name of user metadata may only have letters, digits and hyphens.', {
        ec: '0011-00000004',
        argument: [`${METADATA_PREFIX}${name}`, value],
      });
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether there are control characters
    if (/[\x00-\x1f\x7f]/.test(value)) {
      throw new Malformed('The value of user metadata has characters that a header cannot carry.', {
        ec: '0011-00000005',
        argument: [`${METADATA_PREFIX}${name}`, value],
      });
    }
    bytes += utf8LengthBytes(name) + utf8LengthBytes(value);
  }
  if (bytes > limits.userMetadataMaxBytes) throw new Malformed('Meta is too large.', { ec: '0011-00000002' });
}
