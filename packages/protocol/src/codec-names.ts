import { boundedText } from './codec.ts';
import { limits } from './limits.ts';
import { headerBytes } from './message.ts';
import { objectKeyFault } from './names.ts';
import { type Codec, Malformed } from './operation.ts';
import { percentDecode, percentEncode } from './percent.ts';

/**
 * A name in an XML answer: a key, prefix, marker or delimiter. XML cannot carry every character, so that where the request asks for
 * `encoding-type=url` it is percent-encoded, slashes too, and never with `+` for a space, which most SDKs would decode.
 */
export const name: Codec<string> = {
  form: 'name, percent-encoded under `encoding-type=url`',
  encode: (value, context) => (context.encodingType === 'url' ? percentEncode(value) : value),
  decode: (value, context) => {
    if (context.encodingType !== 'url') return value;
    const decoded = percentDecode(headerBytes(value));
    if (decoded === undefined) throw new Malformed('The name is not percent-encoded UTF-8.');
    return decoded;
  },
};

/** The key of an object where it does not stand in the URL: in a form. */
export const objectName: Codec<string> = {
  form: 'key of an object',
  encode: (value) => value,
  decode: (value) => {
    const fault = objectKeyFault(value);
    if (fault !== undefined) throw new Malformed(fault, { code: 'InvalidObjectName' });
    return value;
  },
};

/** A name that a request gives in its query: a prefix, marker or delimiter of a list (OSS: ListObjects, at most 1023 bytes). */
export const listName = boundedText(limits.objectKeyMaxBytes);
