import { decodeBase64, ServiceError } from '@ossature/protocol';
import { isAllowedUrl } from './is-allowed-url.ts';

/** Where a request may ask for a callback: headers, or the query of a presigned URL. */
export interface CallbackFields {
  readonly callback?: string | undefined;
  readonly callbackVar?: string | undefined;
  readonly callbackInQuery?: string | undefined;
  readonly callbackVarInQuery?: string | undefined;
}

/** A callback as a request asks for it, judged. */
export interface RequestedCallback {
  /** 1 to 5, tried in turn. */
  readonly urls: readonly URL[];
  /** The `Host` of the callback, where it is not that of the URL. */
  readonly host: string | undefined;
  /** The body, with `${name}` for variables. */
  readonly template: string;
  readonly bodyType: CallbackBodyType;
  /** The request's own variables, by their whole names: `x:uid`. */
  readonly variables: Readonly<Record<string, string>>;
}
export type CallbackBodyType = (typeof bodyTypes)[number];

const bodyTypes = ['application/x-www-form-urlencoded', 'application/json'] as const;
const urlsMax = 5;
/** OSS: at most 5 KB. */
const parameterMaxBytes = 5 * 1024;

/**
 * The callback that a request asks for; undefined where it asks for none. Throws InvalidArgument for what is malformed, and NotImplemented where this server
 * may not send to one of its URLs: both before anything is stored. Source: OSS, Callback.
 */
export function requestedCallback(fields: CallbackFields, allowedHosts: readonly string[]): RequestedCallback | undefined {
  const callback = onlyOne(fields.callback, fields.callbackInQuery, 'callback');
  const variables = onlyOne(fields.callbackVar, fields.callbackVarInQuery, 'callback-var');
  if (callback === undefined && variables === undefined) return undefined;
  if (allowedHosts.length === 0)
    throw notAllowed('Callbacks are not implemented unless the server is started with the hosts that may be called.');
  if (callback === undefined) throw malformed('callback-var', 'The callback variables belong to no callback.', '');
  const document = documentOf('callback', callback);
  const urls = urlsOf(document['callbackUrl']);
  const requested: RequestedCallback = {
    urls,
    host: hostOf(document['callbackHost']),
    template: nonEmptyText(document['callbackBody'], 'callbackBody'),
    bodyType: bodyTypeOf(document['callbackBodyType']),
    variables: variables === undefined ? {} : variablesOf(documentOf('callback-var', variables)),
  };
  judgeSni(document['callbackSNI']);
  for (const url of urls) {
    if (!isAllowedUrl(url, allowedHosts)) throw notAllowed(`This server may not send callbacks to ${url.host}.`);
  }
  return requested;
}

function onlyOne(inHead: string | undefined, inQuery: string | undefined, name: string): string | undefined {
  if (inHead !== undefined && inQuery !== undefined)
    throw malformed(name, 'It can not be given both as a header and in the query.', inQuery);
  return inHead ?? inQuery;
}

function documentOf(name: string, base64: string): Readonly<Record<string, unknown>> {
  if (base64.length > parameterMaxBytes) throw malformed(name, `It is longer than ${parameterMaxBytes} bytes.`, '');
  const bytes = decodeBase64(base64);
  if (bytes === undefined) throw malformed(name, 'It is not base64.', base64);
  try {
    const document: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document as Record<string, unknown>;
  } catch {
    // Told below, like a document that is no object.
  }
  throw malformed(name, 'It is not a JSON object.', base64);
}

function urlsOf(given: unknown): readonly URL[] {
  const texts = nonEmptyText(given, 'callbackUrl')
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (texts.length === 0) throw malformed('callbackUrl', 'It is empty.', '');
  if (texts.length > urlsMax) throw malformed('callbackUrl', `It has more than ${urlsMax} URLs.`, String(texts.length), '0007-00000201');
  return texts.map(urlOf);
}

/** A URL without a scheme is one of http. */
function urlOf(text: string): URL {
  const whole = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(whole)) throw malformed('callbackUrl', 'It is not a URL.', text);
  const url = new URL(whole);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw malformed('callbackUrl', 'Only http and https are callback URLs.', text);
  if (url.username !== '' || url.password !== '') throw malformed('callbackUrl', 'A callback URL has no credentials.', text);
  return url;
}

function hostOf(given: unknown): string | undefined {
  if (given === undefined || given === '') return undefined;
  if (typeof given === 'string' && /^[A-Za-z0-9._:[\]-]{1,255}$/.test(given)) return given;
  throw malformed('callbackHost', 'It is not a host.', String(given));
}

function bodyTypeOf(given: unknown): CallbackBodyType {
  if (given === undefined || given === '') return 'application/x-www-form-urlencoded';
  const found = bodyTypes.find((type) => type === given);
  if (found === undefined) throw malformed('callbackBodyType', `It is one of ${bodyTypes.join(', ')}.`, String(given));
  return found;
}

/** The name is sent to every server of https: the member is judged, and changes nothing. */
function judgeSni(given: unknown): void {
  if (given !== undefined && typeof given !== 'boolean') throw malformed('callbackSNI', 'It is true or false.', String(given));
}

function variablesOf(document: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const entries = Object.entries(document).map(([name, value]): [string, string] => {
    if (!/^x:[^A-Z{}]+$/.test(name)) throw malformed('callback-var', 'Names of variables begin with x: and are in lower case.', name);
    if (typeof value !== 'string' && typeof value !== 'number') throw malformed('callback-var', 'Values of variables are texts.', name);
    return [name, String(value)];
  });
  return Object.fromEntries(entries);
}

function nonEmptyText(given: unknown, name: string): string {
  if (typeof given === 'string' && given !== '') return given;
  throw malformed(name, 'It is required, and not empty.', '');
}

function malformed(name: string, message: string, value: string, ec?: string): ServiceError {
  return new ServiceError('InvalidArgument', {
    message: `The callback configuration is not correct: ${name}. ${message}`,
    ec,
    elements: { ArgumentName: name, ArgumentValue: value },
  });
}

function notAllowed(message: string): ServiceError {
  return new ServiceError('NotImplemented', { message, elements: { Header: 'x-oss-callback' } });
}
