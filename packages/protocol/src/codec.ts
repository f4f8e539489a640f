import { type Codec, Malformed } from './operation.ts';

/** Text as it is. */
export const text: Codec<string> = { form: 'text', encode: (value) => value, decode: (value) => value };

/** A decimal integer within bounds, both included. */
export function integer(min: number, max: number, message?: string): Codec<number> {
  return {
    form: `integer ${min} to ${max}`,
    encode: (value) => String(value),
    decode: (value) => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= min && number <= max)) throw new Malformed(message ?? `Must be an integer between ${min} and ${max}.`);
      return number;
    },
  };
}
