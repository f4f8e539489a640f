/** A slice of an object that is not empty and lies within it. */
export interface ByteRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

export interface RangeOptions {
  /** The request has `x-oss-range-behavior: standard`: ranges are clipped, or refused, as RFC 9110 (section 14) has it. */
  readonly standard?: boolean;
}

/**
 * The slice that the `Range` header of a GET asks for.
 *
 * Without `standard`, a range that is malformed or reaches beyond the object counts as absent: `whole`, to be answered with 200 and
 * no `Content-Range`. With it, the end is clipped and a start beyond the object is `unsatisfiable` (416 InvalidRange).
 * `bytes=-0` is `unsatisfiable` either way. Several ranges are not supported and give the whole object.
 */
export function parseRange(text: string | undefined, sizeBytes: number, options: RangeOptions = {}): ByteRange | 'whole' | 'unsatisfiable' {
  const spec = readSpec(text);
  if (spec === undefined) return 'whole';
  if ('suffixBytes' in spec) {
    if (spec.suffixBytes === 0) return 'unsatisfiable';
    // An empty object has no last bytes, and no 206 can say so: all of it is the nearest answer.
    if (sizeBytes === 0) return 'whole';
    if (spec.suffixBytes > sizeBytes) return options.standard === true ? { offsetBytes: 0, lengthBytes: sizeBytes } : 'whole';
    return { offsetBytes: sizeBytes - spec.suffixBytes, lengthBytes: spec.suffixBytes };
  }
  const last = spec.last ?? sizeBytes - 1;
  if (spec.first >= sizeBytes) return options.standard === true ? 'unsatisfiable' : 'whole';
  if (last >= sizeBytes && options.standard !== true) return 'whole';
  return { offsetBytes: spec.first, lengthBytes: Math.min(last, sizeBytes - 1) - spec.first + 1 };
}

/**
 * The slice that `x-oss-copy-source-range` asks for. A range that is malformed or reaches beyond the source counts as absent:
 * the whole source is copied and the answer has no `Content-Range`. There is no clipping and no 416.
 */
export function parseCopyRange(text: string | undefined, sizeBytes: number): ByteRange | 'whole' {
  const range = parseRange(text, sizeBytes);
  return range === 'unsatisfiable' ? 'whole' : range;
}

/** A slice as a `Range` or `x-oss-copy-source-range` header. */
export function formatRange(range: ByteRange): string {
  return `bytes=${range.offsetBytes}-${range.offsetBytes + range.lengthBytes - 1}`;
}

/** A slice as the `Content-Range` header of an answer. */
export function formatContentRange(range: ByteRange, sizeBytes: number): string {
  return `bytes ${range.offsetBytes}-${range.offsetBytes + range.lengthBytes - 1}/${sizeBytes}`;
}

/** What a `Content-Range` header says; `undefined` where it is malformed or the total is unknown. */
export function parseContentRange(text: string): { readonly range: ByteRange; readonly sizeBytes: number } | undefined {
  const found = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/i.exec(text.trim());
  if (found === null) return undefined;
  const first = Number(found[1]);
  const last = Number(found[2]);
  const sizeBytes = Number(found[3]);
  if (first > last || last >= sizeBytes || !Number.isSafeInteger(sizeBytes)) return undefined;
  return { range: { offsetBytes: first, lengthBytes: last - first + 1 }, sizeBytes };
}

/**
 * What is wrong with a range, in a sentence for the caller of a client; `undefined` for a good one. The service answers a bad range
 * with the whole object and no error, which a client must not let happen. With the object's size, the bounds are judged as well.
 */
export function rangeFault(text: string, sizeBytes?: number): string | undefined {
  const found = rangeForm.exec(text);
  if (found === null) {
    if (/^bytes=[\d\s-]+(,[\d\s-]*)+$/.test(text)) return `Several ranges in one request are not supported: ${text}`;
    return `A range is written bytes=FIRST-LAST, bytes=FIRST- or bytes=-LENGTH, not ${text}`;
  }
  const [, first, last] = found;
  if (Number(first) > Number.MAX_SAFE_INTEGER || Number(last) > Number.MAX_SAFE_INTEGER) return `The range has too many digits: ${text}`;
  if (first === '' && Number(last) === 0) return `The range is empty: ${text}`;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return `The range ends before it starts: ${text}`;
  if (sizeBytes !== undefined && (parseRange(text, sizeBytes) === 'whole' || sizeBytes === 0)) {
    return `The range ${text} reaches beyond the object, which has ${sizeBytes} bytes.`;
  }
  return undefined;
}

type RangeSpec = { readonly first: number; readonly last: number | undefined } | { readonly suffixBytes: number };

const rangeForm = /^bytes=(?!-$)(\d*)-(\d*)$/i;

/** A range by its text alone; `undefined` where there is none or it is malformed. */
function readSpec(text: string | undefined): RangeSpec | undefined {
  const found = rangeForm.exec(text?.trim() ?? '');
  if (found === null) return undefined;
  const [, first = '', last = ''] = found;
  if (first === '') return { suffixBytes: Number(last) };
  if (last !== '' && Number(first) > Number(last)) return undefined;
  return { first: Number(first), last: last === '' ? undefined : Number(last) };
}
