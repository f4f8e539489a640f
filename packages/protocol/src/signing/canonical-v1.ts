import type { RequestMessage } from '../message.ts';
import { compareKeys } from '../names.ts';
import { firstParameters } from './canonical-query.ts';
import { canonicalPath } from './canonical-resource.ts';
import { headerLines, signedHeaders } from './signed-headers.ts';
import { isSubResource } from './sub-resources.ts';

/**
 * What V1 signs. `date` is the text of `x-oss-date` or else `Date`, and in a presigned URL that of `Expires`.
 * Source: OSS, "Add signatures to headers" and "Add signatures to URLs".
 */
export function stringToSignV1(message: RequestMessage, date: string): string {
  const headers = signedHeaders(message.headers);
  return [
    message.method,
    headers.get('content-md5') ?? '',
    headers.get('content-type') ?? '',
    date,
    headerLines(headers, (name) => name.startsWith('x-oss-')) + canonicalResourceV1(message),
  ].join('\n');
}

/** Path and signed sub-resources, neither of them encoded. */
export function canonicalResourceV1(message: RequestMessage): string {
  const signed = [...firstParameters(message.query)].filter(([name]) => isSubResource(name)).sort(([a], [b]) => compareKeys(a, b));
  const items = signed.map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return canonicalPath(message) + (items.length > 0 ? `?${items.join('&')}` : '');
}
