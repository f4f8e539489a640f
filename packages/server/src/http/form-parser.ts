import { type FormField, limits, ServiceError } from '@ossature/protocol';
import { DelimitedReader } from './delimited-reader.ts';

/** A form, read up to its file. */
export interface ParsedForm {
  /** In their order, the first of each name. */
  readonly fields: readonly FormField[];
  readonly file: FormFile;
  /** Gives up what is left of the body. */
  close(): Promise<void>;
}

export interface FormFile {
  /** As the form names it, which may be a path. */
  readonly name: string | undefined;
  readonly contentType: string | undefined;
  /** To be read once. After its last byte the rest of the form is read too: a form that is broken, or has another file, rejects. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** The head of one part. */
interface PartHead {
  readonly name: string;
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
}

/**
 * Reads a `multipart/form-data` body (RFC 7578) as it streams, holding its fields and never its file. What stands behind the file counts for nothing.
 * Throws the documented errors of PostObject: MalformedPOSTRequest, FieldItemTooLong, MaxPOSTPreDataLengthExceededError.
 */
export async function parseForm(body: AsyncIterable<Uint8Array>, boundary: string): Promise<ParsedForm> {
  // The line break before the first delimiter may be missing: with one put before the body, all delimiters are alike.
  const reader = new DelimitedReader(body, lineBreak);
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  try {
    if ((await reader.until(delimiter, lineBreak.length)) === undefined) throw malformed();
    const fields = new Map<string, FormField>();
    let totalBytes = 0;
    for (let parts = 0; ; parts++) {
      const head = await nextPart(reader);
      if (head === undefined) throw malformed();
      if (isFile(head)) return { fields: [...fields.values()], file: fileOf(head, reader, delimiter), close: () => reader.close() };
      const value = await fieldValue(reader, delimiter);
      totalBytes += value.length;
      if (totalBytes > limits.formFieldsMaxBytes || parts >= partsMax) {
        throw new ServiceError('MaxPOSTPreDataLengthExceededError', { ec: '0006-00000112' });
      }
      const name = head.name.toLowerCase();
      if (!fields.has(name)) fields.set(name, [head.name, textOf(value)]);
    }
  } catch (error) {
    await reader.close();
    throw error;
  }
}

const lineBreak = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');
/** Names of fields are held as well, and empty parts cost their heads: so many may come. */
const partsMax = 1000;

function isFile({ name }: PartHead): boolean {
  return name.toLowerCase() === 'file';
}

/** The head of the next part; undefined at the end of the form. A delimiter has just been passed. */
async function nextPart(reader: DelimitedReader): Promise<PartHead | undefined> {
  const next = (await reader.peek(2)).toString('latin1');
  if (next === '--') return undefined;
  // RFC 2046: white space may stand behind a delimiter.
  const padding = await reader.until(lineBreak, limits.formBoundaryMaxBytes);
  if (padding === undefined || !/^[ \t]*$/.test(padding.toString('latin1'))) throw malformed();
  const head = await reader.until(headEnd, limits.formPartHeadMaxBytes);
  if (head === undefined) throw malformed();
  return readHead(textOf(head));
}

function readHead(text: string): PartHead {
  let disposition: string | undefined;
  let contentType: string | undefined;
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw malformed();
    const value = line.slice(colon + 1).trim();
    const name = line.slice(0, colon).trim().toLowerCase();
    if (name === 'content-disposition') disposition ??= value;
    else if (name === 'content-type') contentType ??= value;
  }
  if (disposition === undefined || !/^form-data\s*(;|$)/i.test(disposition)) throw malformed();
  const parameters = parametersOf(disposition);
  const name = parameters.get('name');
  if (name === undefined) throw malformed();
  if (Buffer.byteLength(name) > limits.formFieldNameMaxBytes) throw new ServiceError('FieldItemTooLong', { ec: '0006-00000110' });
  return { name, fileName: parameters.get('filename'), contentType: contentType === '' ? undefined : contentType };
}

/**
 * The parameters of Content-Disposition by their names in lower case, quoted or bare, the first of each. Browsers write backslashes as they are: only one
 * before a quote escapes.
 */
function parametersOf(disposition: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', quoted, bare = ''] of disposition.matchAll(/;\s*([^=;\s"]+)\s*=\s*(?:"((?:\\"|[^"])*)"|([^;"\s]*))/g)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, (quoted ?? bare).replaceAll('\\"', '"'));
  }
  return found;
}

async function fieldValue(reader: DelimitedReader, delimiter: Buffer): Promise<Buffer> {
  const value = await reader.until(delimiter, limits.formFieldMaxBytes);
  if (value !== undefined) return value;
  const isTooLong = (await reader.peek(limits.formFieldMaxBytes + 1)).length > limits.formFieldMaxBytes;
  throw isTooLong ? new ServiceError('FieldItemTooLong', { message: 'Your form field is too long.', ec: '0006-00000110' }) : malformed();
}

function fileOf(head: PartHead, reader: DelimitedReader, delimiter: Buffer): FormFile {
  return { name: head.fileName, contentType: head.contentType, content: readFile(reader, delimiter) };
}

async function* readFile(reader: DelimitedReader, delimiter: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  const isWhole = yield* reader.stream(delimiter);
  if (!isWhole) throw malformed();
  for (let parts = 0; parts <= partsMax; parts++) {
    const head = await nextPart(reader);
    if (head === undefined) return await reader.finish();
    if (isFile(head)) throw new ServiceError('IncorrectNumberOfFilesInPOSTRequest');
    if ((await reader.until(delimiter, limits.formFieldsMaxBytes)) === undefined) throw malformed();
  }
  throw malformed();
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed();
  }
}

function malformed(): ServiceError {
  return new ServiceError('MalformedPOSTRequest');
}
