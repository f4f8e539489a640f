/**
 * The two messages of the protocol, below any HTTP library: what `encodeRequest` makes and the server's pipeline takes,
 * and the way back. A test that joins client and server with these, and no socket, proves what a socket would.
 */

/**
 * A header field as it travels. The value is a *byte string*: one character (U+0000 to U+00FF) a byte, as node:http
 * gives and takes it; `headerText` and `headerBytes` turn it into text (UTF-8) and back.
 */
export type HeaderField = readonly [name: string, value: string];

/** A query parameter, decoded once. `undefined` stands for a name without `=`; OSS treats it as the empty value. */
export type QueryField = readonly [name: string, value: string | undefined];

/** A field of a form, before its file: text. Names are compared in any letter case. */
export type FormField = readonly [name: string, value: string];

/** Bytes whole, or as a stream that is read once. */
export type Body = Uint8Array | AsyncIterable<Uint8Array>;

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE' | 'OPTIONS';

/** A request with its address already taken apart: bucket and key are logical, whatever the URL looked like. */
export interface RequestMessage {
  readonly method: Method;
  /** Absent on service level. */
  readonly bucket?: string;
  /** Absent on bucket and service level; decoded, without the leading slash. */
  readonly key?: string;
  readonly query: readonly QueryField[];
  /** Names in any letter case, duplicates kept, in the order of arrival. */
  readonly headers: readonly HeaderField[];
  /** Of an operation that travels as a form: its fields; `body` is the content of its file then. */
  readonly form?: readonly FormField[];
  readonly body?: Body;
}

export interface ResponseMessage {
  readonly status: number;
  readonly headers: readonly HeaderField[];
  readonly body?: Body;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes of a byte string. */
export function bytesOfString(value: string): Uint8Array {
  const bytes = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) bytes[i] = value.charCodeAt(i);
  return bytes;
}

/** A header value as text; `undefined` where its bytes are not UTF-8. */
export function headerText(value: string): string | undefined {
  // Most values are ASCII: nothing to decode.
  if (!/[\x80-\xff]/.test(value)) return value;
  try {
    return utf8.decode(bytesOfString(value));
  } catch {
    return undefined;
  }
}

/** Text as a header value: a byte string of its UTF-8. */
export function headerBytes(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether every character is ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  let value = '';
  for (const byte of new TextEncoder().encode(text)) value += String.fromCharCode(byte);
  return value;
}

/** The values of one name joined by `,`, as OSS reads duplicates; `undefined` where there is none. */
export function headerOf(headers: readonly HeaderField[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  let found: string | undefined;
  for (const [field, value] of headers) {
    if (field.toLowerCase() === wanted) found = found === undefined ? value : `${found},${value}`;
  }
  return found;
}

/** The first value of a query name (the first counts, as OSS has it); '' where it stands without `=`. */
export function queryOf(query: readonly QueryField[], name: string): string | undefined {
  for (const [field, value] of query) if (field === name) return value ?? '';
  return undefined;
}

/** The first value of a form's field. */
export function formOf(form: readonly FormField[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return form.find(([field]) => field.toLowerCase() === wanted)?.[1];
}

/**
 * A request as it is on the wire, with nothing decoded: what the client's transport port sends and the server's pipeline takes.
 * A transport that hands it to a pipeline in memory proves what a socket would.
 */
export interface RawRequest {
  readonly method: string;
  /** Path and query as sent: `/bucket/key%20a?acl`. Never passed through a URL parser, which would clean the path. */
  readonly target: string;
  /** Byte strings; `Host` among them. */
  readonly headers: readonly HeaderField[];
  readonly body?: Body;
  /** Aborts when the other end has gone. */
  readonly signal?: AbortSignal;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: readonly HeaderField[];
  /** Always consumed or destroyed (`return()`) by the receiver. A chunk is only valid until the next is asked for. */
  readonly body: AsyncIterable<Uint8Array>;
}
