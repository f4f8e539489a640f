import { limits } from './limits.ts';
import { utf8LengthBytes } from './names.ts';
import { type Codec, Malformed } from './operation.ts';

/** The prefix of access logs: names of objects begin with it, so it begins as they may (OSS: PutBucketLogging, EC 0032-00000005). */
export const logPrefix: Codec<string> = {
  form: 'text that does not begin with `/` or `\\`',
  encode: (value) => value,
  decode: (given) => {
    if (/^[/\\]/.test(given) || utf8LengthBytes(given) > limits.objectKeyMaxBytes) {
      throw new Malformed('The TargetPrefix you have provided is invalid.', { ec: '0032-00000005' });
    }
    return given;
  },
};
