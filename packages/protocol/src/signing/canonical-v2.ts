import type { RequestMessage } from '../message.ts';
import { percentEncode } from '../percent.ts';
import { canonicalQuery } from './canonical-query.ts';
import { canonicalPath } from './canonical-resource.ts';
import { additionalHeaderNames, headerLines, signedHeaders } from './signed-headers.ts';

/**
 * What V2 signs. `date` is the text of `Date`, and in a presigned URL that of `x-oss-expires`.
 * Source: the official SDKs of Python (oss2), Go and Java; no page describes it.
 */
export function stringToSignV2(message: RequestMessage, date: string, additionalHeaders: readonly string[]): string {
  const headers = signedHeaders(message.headers);
  const additional = additionalHeaderNames(additionalHeaders, headers, 'V2');
  return [
    message.method,
    headers.get('content-md5') ?? '',
    headers.get('content-type') ?? '',
    date,
    `${headerLines(headers, (name) => name.startsWith('x-oss-') || additional.includes(name))}${additional.join(';')}`,
    canonicalResourceV2(message),
  ].join('\n');
}

/** Path, its slashes encoded as well, and all parameters. */
export function canonicalResourceV2(message: RequestMessage): string {
  const query = canonicalQuery(message.query);
  return percentEncode(canonicalPath(message)) + (query === '' ? '' : `?${query}`);
}
