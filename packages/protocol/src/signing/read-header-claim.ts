import { formatBasicDate, parseDate } from '../dates.ts';
import { accessDenied, invalidArgument, invalidAuthorization } from './authentication-errors.ts';
import { algorithmV4, parseCredential, unsignedPayload } from './canonical-v4.ts';
import type { Claim, ClaimSource, ClaimV1, ClaimV2, ClaimV4 } from './claim.ts';
import { readToken } from './read-token.ts';
import { textHeader } from './text-header.ts';

const malformed = 'Authorization header is invalid.';
const wrongCount = 'Authorization header is invalid, bad num of Items in Authorization header.';
const incomplete = 'AccessKeyId or Signature is missing in Authorization header value.';
const unknownItem = 'Unknown parameter in Authorization header.';

/** The claim of an `Authorization` header, already trimmed. Throws ServiceError where it is malformed. */
export function readHeaderClaim(message: ClaimSource, authorization: string): Claim {
  if (authorization === '') throw invalidAuthorization('Authorization header value is empty.', authorization);
  const [scheme = '', ...rest] = authorization.split(' ');
  const content = rest.join(' ');
  if (rest.length > 0 && scheme === algorithmV4) return readV4(message, authorization, content);
  if (rest.length > 0 && scheme === 'OSS2') return readV2(message, authorization, content);
  if (rest.length > 0 && scheme === 'OSS') return readV1(message, authorization, content);
  throw invalidAuthorization('Unsupported Authorization Type', authorization, '0002-00000002');
}

/** `OSS accessKeyId:signature` */
function readV1(message: ClaimSource, authorization: string, content: string): ClaimV1 {
  const items = content.split(':');
  if (items.length !== 2) throw invalidAuthorization(wrongCount, authorization, '0002-00000062');
  const [accessKeyId = '', signature = ''] = items;
  if (accessKeyId === '' || signature === '') throw invalidAuthorization(incomplete, authorization);
  if (!isVisible(accessKeyId)) throw invalidAuthorization(malformed, authorization, '0002-00000064');
  const token = readToken(message, 'V1', 'header');
  return { version: 'V1', place: 'header', accessKeyId, signature, token, ...readDate(message, ['x-oss-date', 'date']) };
}

/** `OSS2 AccessKeyId:…[,AdditionalHeaders:a;b],Signature:…` */
function readV2(message: ClaimSource, authorization: string, content: string): ClaimV2 {
  const items = readItems(content, ':');
  if (items === undefined || items.length < 2 || items.length > 3) throw invalidAuthorization(wrongCount, authorization, '0002-00000102');
  const values = new Map(items);
  const hasUnknown = items.some(([name]) => !['AccessKeyId', 'AdditionalHeaders', 'Signature'].includes(name));
  if (hasUnknown) throw invalidAuthorization(unknownItem, authorization, '0002-00000104');
  if (values.size !== items.length) throw invalidAuthorization(malformed, authorization);
  const accessKeyId = values.get('AccessKeyId');
  const signature = values.get('Signature');
  if (!accessKeyId) throw invalidAuthorization(incomplete, authorization, accessKeyId === '' ? '0002-00000106' : '0002-00000105');
  if (!signature) throw invalidAuthorization(incomplete, authorization, signature === '' ? '0002-00000109' : '0002-00000108');
  if (!isVisible(accessKeyId)) throw invalidAuthorization(malformed, authorization);
  const additionalHeaders = readHeaderNames(values.get('AdditionalHeaders'));
  if (additionalHeaders === undefined) throw invalidAuthorization(malformed, authorization, '0002-00000110');
  const token = readToken(message, 'V2', 'header');
  const time = readDate(message, ['date', 'x-oss-date']);
  return { version: 'V2', place: 'header', accessKeyId, signature, token, additionalHeaders, ...time };
}

/** `OSS4-HMAC-SHA256 Credential=…[,AdditionalHeaders=a;b],Signature=…`, in any order, with or without spaces after the commas. */
function readV4(message: ClaimSource, authorization: string, content: string): ClaimV4 {
  const items = readItems(content, '=');
  if (items === undefined) throw invalidAuthorization(malformed, authorization, '0002-00000202');
  const values = new Map(items);
  const hasUnknown = items.some(([name]) => !['Credential', 'AdditionalHeaders', 'Signature'].includes(name));
  if (hasUnknown) throw invalidAuthorization(unknownItem, authorization, '0002-00000202');
  if (values.size !== items.length) throw invalidAuthorization(malformed, authorization, '0002-00000202');
  const credentialText = values.get('Credential');
  const signature = values.get('Signature');
  if (!credentialText) throw invalidAuthorization(incomplete, authorization, credentialText === '' ? undefined : '0002-00000205');
  if (!signature) throw invalidAuthorization(incomplete, authorization, signature === '' ? '0002-00000208' : '0002-00000202');
  const additionalHeaders = readHeaderNames(values.get('AdditionalHeaders'));
  if (additionalHeaders === undefined) throw invalidAuthorization(malformed, authorization, '0002-00000209');
  const credential = parseCredential(credentialText);
  if (credential === undefined || !isVisible(credential.accessKeyId)) {
    throw invalidAuthorization('Invalid credential in Authorization header.', authorization, '0002-00000213');
  }
  const { accessKeyId, scope } = credential;
  const payload = textHeader(message.headers, 'x-oss-content-sha256');
  if (payload !== unsignedPayload) {
    throw invalidArgument(`x-oss-content-sha256 must be ${unsignedPayload}.`, 'x-oss-content-sha256', payload ?? '', '0002-00000214');
  }
  const token = readToken(message, 'V4', 'header');
  const time = readDate(message, ['x-oss-date', 'date']);
  if (!formatBasicDate(time.requestTimeMs).startsWith(`${scope.date}T`)) {
    throw invalidAuthorization('Invalid signing date in Authorization header.', authorization, '0002-00000212');
  }
  return { version: 'V4', place: 'header', accessKeyId, signature, token, additionalHeaders, scope, ...time };
}

/** The first of the named date headers that is present. Throws ServiceError where there is none or it is no date. */
function readDate(message: ClaimSource, names: readonly string[]): { readonly date: string; readonly requestTimeMs: number } {
  for (const name of names) {
    const date = textHeader(message.headers, name);
    if (date === undefined) continue;
    const requestTimeMs = parseDate(date);
    if (requestTimeMs === undefined) throw invalidArgument('OSS authentication requires a valid Date.', name, date);
    return { date, requestTimeMs };
  }
  throw accessDenied('OSS authentication requires a valid Date.', '0002-00000503');
}

/** Items `name:value` or `name=value` between commas; `undefined` where one has no separator. */
function readItems(content: string, separator: ':' | '='): readonly (readonly [name: string, value: string])[] | undefined {
  const items: (readonly [name: string, value: string])[] = [];
  for (const item of content.split(',')) {
    const end = item.indexOf(separator);
    if (end < 0) return undefined;
    items.push([item.slice(0, end).trim(), item.slice(end + 1).trim()]);
  }
  return items;
}

/** Names between semicolons, in lower case; `undefined` where the list, or a name in it, is empty. */
export function readHeaderNames(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return [];
  const names = text.split(';').map((name) => name.trim().toLowerCase());
  return names.includes('') ? undefined : names;
}

/** An access key is made of visible ASCII. */
export function isVisible(accessKeyId: string): boolean {
  return /^[\x21-\x7e]+$/.test(accessKeyId);
}
