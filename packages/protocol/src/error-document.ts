/** Errors as messages: the document of the service, its short form for HEAD, and the way back. */
import { decodeBase64, encodeBase64 } from './base64.ts';
import { errorRow, ServiceError } from './errors.ts';
import { type HeaderField, headerBytes, headerOf, headerText, type ResponseMessage } from './message.ts';
import { escapeAnswer, parseXml, XML_DECLARATION, XmlFault, type XmlHandler, xmlText } from './xml.ts';

export interface ErrorEncoding {
  readonly requestId: string;
  /** The Host of the request, without its port. */
  readonly hostId: string;
  /** The request was HEAD: no body, the document in `x-oss-err`. */
  readonly head: boolean;
}

/** Elements that would make a header too long for common clients. */
const NOT_IN_HEADERS: readonly string[] = ['StringToSignBytes', 'CanonicalRequest'];
/** The longest value of an element in a header, in characters. */
const HEADER_ELEMENT_MAX_LENGTH = 1024;
/** Longer bodies of errors are not looked at. */
const ERROR_MAX_BYTES = 1024 * 1024;

/**
 * The answer that tells an error, without the headers that every answer has (`x-oss-request-id`, `Date`, `Server`). An element whose name has a
 * dot stands within another (`AccessDeniedDetail.AuthAction`). 304 has no body and no document; HEAD has its document, shortened, in base64 in `x-oss-err`.
 */
export function encodeError(error: ServiceError, { requestId, hostId, head }: ErrorEncoding): ResponseMessage {
  const headers: HeaderField[] = Object.entries(error.headers).map(([name, value]): HeaderField => [name, headerBytes(value)]);
  if (error.ec !== undefined) headers.push(['x-oss-ec', error.ec]);
  if (error.statusCode === 304) return { status: 304, headers };
  headers.push(['Content-Type', 'application/xml']);
  const document = new TextEncoder().encode(errorDocument(error, requestId, hostId, head));
  if (!head) return { status: error.statusCode, headers, body: document };
  headers.push(['x-oss-err', encodeBase64(document)]);
  return { status: error.statusCode, headers };
}

/** An error answer as a client has it. */
export interface ReceivedError {
  readonly status: number;
  readonly headers: readonly HeaderField[];
  /** Read whole; absent and empty are the same. */
  readonly body?: Uint8Array | undefined;
}

/**
 * The error that an answer tells: from its body, else from `x-oss-err`, else by its status (304 NotModified, 412 PreconditionFailed). What
 * cannot be read is `BadErrorResponse`, the code of the official SDKs, with the status as it came. Codes that the table does not have
 * are kept. Nested elements are named by their path (`AccessDeniedDetail.AuthAction`). Never throws.
 */
export function decodeError({ status, headers, body }: ReceivedError): ServiceError {
  const found = readElements(body) ?? readElements(bytesOfHeader(headers));
  const received: Record<string, string> = {};
  for (const [name, value] of headers) received[name.toLowerCase()] = headerText(value) ?? value;
  const requestId = headerOf(headers, 'x-oss-request-id');
  const ec = headerOf(headers, 'x-oss-ec');
  const facts = { statusCode: status, headers: received };
  if (found?.Code === undefined || found.Code === '') {
    const { code, message } = codeOfStatus(status);
    return new ServiceError(code, { ...facts, message, requestId, ec });
  }
  const { Code, Message, RequestId, HostId, EC, RecommendDoc: _, ...elements } = found;
  return new ServiceError(Code, {
    ...facts,
    message: Message,
    requestId: RequestId ?? requestId,
    hostId: HostId,
    ec: EC ?? ec,
    elements,
  });
}

/**
 * Whether bytes are an error document. An answer of status 200 may be one: an operation that takes long sends its head early, and what fails
 * later is told in the body.
 */
export function isErrorDocument(bytes: Uint8Array): boolean {
  let rest = new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart();
  for (const [open, close] of [['<?xml', '?>'], ...Array.from({ length: 8 }, () => ['<!--', '-->'])] as const) {
    if (open === undefined || close === undefined || !rest.startsWith(open)) continue;
    const end = rest.indexOf(close);
    if (end < 0) return false;
    rest = rest.slice(end + close.length).trimStart();
  }
  return /^<(?:[\w.-]+:)?Error[\s/>]/.test(rest);
}

function errorDocument(error: ServiceError, requestId: string, hostId: string, isShort: boolean): string {
  const { code, message, ec } = error;
  const known = errorRow(code)?.elements ?? [];
  const names = [
    ...known.filter((name) => error.elements[name] !== undefined),
    ...Object.keys(error.elements).filter((name) => !known.includes(name)),
  ];
  const fields: (readonly [string, string])[] = [
    ['Code', code],
    ['Message', message],
    ['RequestId', requestId],
    ['HostId', hostId],
    ...names
      .filter((name) => !isShort || !NOT_IN_HEADERS.includes(name))
      .map((name) => [name, shortened(error.elements[name] ?? '', isShort)] as const),
  ];
  if (ec !== undefined) fields.push(['EC', ec], ['RecommendDoc', `https://api.aliyun.com/troubleshoot?q=${ec}`]);
  const elements = nested(fields)
    .map(([name, content]) => `  <${name}>${content}</${name}>\n`)
    .join('');
  return `${XML_DECLARATION}<Error>\n${elements}</Error>\n`;
}

/** Elements with their content, those of one wrapping element together at the place of the first. */
function nested(fields: readonly (readonly [name: string, value: string])[]): readonly (readonly [name: string, content: string])[] {
  const contents = new Map<string, string>();
  for (const [path, value] of fields) {
    const [name = '', inner] = path.split('.');
    const content = inner === undefined ? escapeAnswer(value) : `<${inner}>${escapeAnswer(value)}</${inner}>`;
    contents.set(name, (contents.get(name) ?? '') + content);
  }
  return [...contents];
}

function shortened(value: string, isShort: boolean): string {
  return isShort && value.length > HEADER_ELEMENT_MAX_LENGTH ? value.slice(0, HEADER_ELEMENT_MAX_LENGTH) : value;
}

function bytesOfHeader(headers: readonly HeaderField[]): Uint8Array | undefined {
  const value = headerOf(headers, 'x-oss-err');
  return value === undefined ? undefined : decodeBase64(value.trim());
}

type ErrorElements = Readonly<Record<string, string>> & {
  readonly Code?: string;
  readonly Message?: string;
  readonly RequestId?: string;
  readonly HostId?: string;
  readonly EC?: string;
  readonly RecommendDoc?: string;
};

/** The texts of an error document by their names; `undefined` where the bytes are none. */
function readElements(bytes: Uint8Array | undefined): ErrorElements | undefined {
  if (bytes === undefined || bytes.length === 0 || bytes.length > ERROR_MAX_BYTES) return undefined;
  const reader = new ErrorReader();
  try {
    parseXml(xmlText(bytes), reader);
  } catch (error) {
    if (error instanceof XmlFault) return undefined;
    throw error;
  }
  return Object.fromEntries(reader.elements) as ErrorElements;
}

class ErrorReader implements XmlHandler {
  readonly elements = new Map<string, string>();
  readonly #open: { readonly name: string; text: string; isLeaf: boolean }[] = [];

  open(name: string): void {
    if (this.#open.length === 0 && name !== 'Error') throw new XmlFault(`The root element is ${name} and should be Error.`);
    const around = this.#open.at(-1);
    if (around !== undefined) around.isLeaf = false;
    this.#open.push({ name, text: '', isLeaf: true });
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += text;
  }

  close(): void {
    const path = this.#open
      .slice(1)
      .map(({ name }) => name)
      .join('.');
    const element = this.#open.pop();
    if (element?.isLeaf === true && path !== '' && !this.elements.has(path)) this.elements.set(path, element.text);
  }
}

function codeOfStatus(status: number): { readonly code: string; readonly message: string | undefined } {
  if (status === 304) return { code: 'NotModified', message: undefined };
  if (status === 412) return { code: 'PreconditionFailed', message: undefined };
  return { code: 'BadErrorResponse', message: `The service answered with status ${status} and no readable error.` };
}
