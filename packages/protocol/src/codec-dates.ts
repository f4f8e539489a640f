import { formatHttpDate, formatIsoDate, parseHttpDate, parseIsoDate } from './dates.ts';
import { type Codec, Malformed } from './operation.ts';

const BAD_DATE = 'Bad date format.';

/** A date of a header, in RFC 1123: `Last-Modified`. Whole seconds. */
export const httpDate: Codec<Date> = {
  form: 'RFC 1123 date in GMT',
  encode: (value) => formatHttpDate(value.getTime()),
  decode: (value) => dateOf(parseHttpDate(value)),
};

/** A date of an XML body, in ISO 8601 with literal milliseconds: `2024-05-01T08:00:00.000Z`. */
export const isoDate: Codec<Date> = {
  form: 'ISO 8601 date in UTC',
  encode: (value) => formatIsoDate(value.getTime()),
  decode: (value) => dateOf(parseIsoDate(value)),
};

/**
 * The date of a condition. It is given as a date or as text, and read as the text that came: OSS ignores a condition whose date it cannot
 * read, so that no text is malformed (OSS: GetObject, `If-Modified-Since`). `judgeConditions` takes it as it is.
 */
export const conditionDate: Codec<Date | string> = {
  form: 'RFC 1123 date in GMT; ISO 8601 is accepted, any other text is ignored',
  encode: (value) => {
    if (typeof value === 'string') return value;
    if (Number.isNaN(value.getTime())) throw new Malformed(BAD_DATE);
    return formatHttpDate(value.getTime());
  },
  decode: (value) => value,
};

function dateOf(timeMs: number | undefined): Date {
  if (timeMs === undefined) throw new Malformed(BAD_DATE);
  return new Date(timeMs);
}
