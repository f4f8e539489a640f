/** The dates of the protocol as text. All times are milliseconds since 1970-01-01T00:00:00Z; text has whole seconds. */

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The form of HTTP headers, RFC 1123 in GMT: `Wed, 28 Dec 2022 10:27:41 GMT`. */
export function formatHttpDate(timeMs: number): string {
  return new Date(timeMs).toUTCString();
}

/** The form of XML bodies, ISO 8601 with literal milliseconds: `2018-12-28T09:41:56.000Z`. */
export function formatIsoDate(timeMs: number): string {
  return new Date(truncateToSecond(timeMs)).toISOString();
}

/** The form of `x-oss-date` in V4, ISO 8601 without separators: `20231216T162057Z`. */
export function formatBasicDate(timeMs: number): string {
  return new Date(truncateToSecond(timeMs)).toISOString().replace(/\.\d{3}|[-:]/g, '');
}

/** Dates are compared in whole seconds: no header can say more. */
export function truncateToSecond(timeMs: number): number {
  return Math.floor(timeMs / 1000) * 1000;
}

/** RFC 1123 in GMT; the day of the week is not compared with the date. `undefined` for anything else. */
export function parseHttpDate(text: string): number | undefined {
  const found = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC|\+0000)$/.exec(
    text.trim(),
  );
  if (found === null) return undefined;
  const [, day, month, year, hour, minute, second] = found;
  const monthIndex = monthNames.indexOf(month ?? '');
  return monthIndex < 0 ? undefined : timeOf([year, monthIndex + 1, day, hour, minute, second]);
}

/** ISO 8601 in UTC with separators, with or without a fraction of the second, which is kept to milliseconds. */
export function parseIsoDate(text: string): number | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/.exec(text.trim());
  if (found === null) return undefined;
  const timeMs = timeOf(found.slice(1, 7));
  const fractionMs = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  return timeMs === undefined ? undefined : timeMs + fractionMs;
}

/** ISO 8601 in UTC without separators. */
export function parseBasicDate(text: string): number | undefined {
  const found = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text.trim());
  return found === null ? undefined : timeOf(found.slice(1, 7));
}

/** Any of the three forms. */
export function parseDate(text: string): number | undefined {
  return parseHttpDate(text) ?? parseIsoDate(text) ?? parseBasicDate(text);
}

/** The time of year, month (1 to 12), day, hour, minute and second; `undefined` where the calendar or the clock has no such time. */
function timeOf(fields: readonly (string | number | undefined)[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.map(Number);
  const date = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const asGiven =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return asGiven ? date.getTime() : undefined;
}
