import { type Codec, Malformed } from './operation.ts';

/** A header of a preflight that must be there; the message is what OSS says where it is not. */
export function presentHeader(missing: string): Codec<string> {
  return {
    form: 'text',
    encode: (value) => value,
    decode: (given) => {
      if (given === '') throw new Malformed(missing, { code: 'BadRequest' });
      return given;
    },
  };
}
