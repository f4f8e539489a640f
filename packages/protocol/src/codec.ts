/** Codecs of plain values. Those with a subject of their own stand beside this file: `codec-dates`, `codec-digests`, `codec-tagging`, …. */
import { utf8LengthBytes } from './names.ts';
import { type Codec, Malformed } from './operation.ts';

/** What a codec says when it refuses a text: the message, the error's code and its number. */
export interface Refusal {
  readonly message?: string;
  readonly code?: Malformed['code'];
  readonly ec?: string;
  /** `ArgumentName` where OSS tells another than the member's own. */
  readonly argumentName?: string;
}

/** The error of a refused text, `given`; `message` is the default that the refusal may replace. */
export function malformed(refusal: Refusal, message: string, given: string): Malformed {
  return new Malformed(refusal.message ?? message, {
    ...(refusal.argumentName === undefined ? {} : { argument: [refusal.argumentName, given] }),
    ...(refusal.code === undefined ? {} : { code: refusal.code }),
    ...(refusal.ec === undefined ? {} : { ec: refusal.ec }),
  });
}

/** Text as it is. */
export const text: Codec<string> = { form: 'text', encode: (value) => value, decode: (value) => value };

/** Text that becomes a header's value: control characters would end it, and are refused. */
export const headerValue: Codec<string> = {
  form: 'text without control characters',
  encode: (value) => value,
  decode: (value) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) throw new Malformed('Must not contain control characters.');
    return value;
  },
};

/** Text of a bounded length in bytes of UTF-8. */
export function boundedText(maxBytes: number): Codec<string> {
  return {
    form: `text of at most ${maxBytes} bytes`,
    encode: (value) => value,
    decode: (value) => {
      if (utf8LengthBytes(value) > maxBytes) throw new Malformed(`Must not be longer than ${maxBytes} bytes.`);
      return value;
    },
  };
}

/** A decimal integer within bounds, both included. */
export function integer(min: number, max: number, refusal: Refusal = {}): Codec<number> {
  return {
    form: max === Number.MAX_SAFE_INTEGER ? `integer from ${min}` : `integer ${min} to ${max}`,
    encode: (value) => String(value),
    decode: (value) => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= min && number <= max)) throw malformed(refusal, `Must be an integer between ${min} and ${max}, inclusive.`, value);
      return number;
    },
  };
}

/** A size, a position or a count that has no upper bound of its own. */
export const count: Codec<number> = integer(0, Number.MAX_SAFE_INTEGER);

/** The same codec, with the empty text standing for a value: OSS SDKs send `part-number-marker=` for the beginning of a list. */
export function orWhenEmpty<T>(codec: Codec<T>, value: T): Codec<T> {
  return { ...codec, decode: (given, context) => (given === '' ? value : codec.decode(given, context)) };
}

/** `true` or `false`. */
export function boolean(refusal: Refusal = {}): Codec<boolean> {
  return {
    form: '`true` or `false`',
    encode: (value) => String(value),
    decode: (value) => {
      if (value !== 'true' && value !== 'false') throw malformed(refusal, 'Must be true or false.', value);
      return value === 'true';
    },
  };
}

/** `true` or `false` in any letter case: SDKs of languages that write `True` send it in bodies and queries. */
export const anyCaseBoolean: Codec<boolean> = { ...boolean(), decode: (value, context) => boolean().decode(value.toLowerCase(), context) };

/** One of a closed set of words. */
export function choice<const T extends string>(values: readonly T[], refusal: Refusal = {}): Codec<T> {
  return {
    form: values.map((value) => `\`${value}\``).join(', '),
    encode: (value) => value,
    decode: (given) => {
      const found = values.find((value) => value === given);
      if (found === undefined) throw malformed(refusal, `Must be one of ${values.join(', ')}.`, given);
      return found;
    },
  };
}

/** One of a closed set of words, taken in any letter case and written as listed. */
export function anyCaseChoice<const T extends string>(values: readonly T[], refusal: Refusal = {}): Codec<T> {
  const exact = choice(values, refusal);
  return {
    ...exact,
    form: `${exact.form}, in any letter case`,
    decode: (given, context) => exact.decode(values.find((value) => value.toLowerCase() === given.toLowerCase()) ?? given, context),
  };
}

/** A word of a set that may grow: what a service answers, never refused by its client. */
export function known<const T extends string>(...values: readonly T[]): Codec<T | (string & {})> {
  return { form: values.map((value) => `\`${value}\``).join(', '), encode: (value) => value, decode: (value) => value };
}

/** A text that is always sent and stands for no field; to be used with `group`. */
export function constant(value: string, refusal: Refusal = {}): Codec<Readonly<Record<never, never>>> {
  return {
    form: `always \`${value}\``,
    encode: () => value,
    decode: (given) => {
      if (given !== value) throw malformed(refusal, `Must be ${value}.`, given);
      return {};
    },
  };
}
