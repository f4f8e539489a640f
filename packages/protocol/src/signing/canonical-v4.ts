import type { Digests } from '../digests.ts';
import { encodeHex } from '../hex.ts';
import type { RequestMessage } from '../message.ts';
import { percentEncode } from '../percent.ts';
import { type CanonicalQueryOptions, canonicalQuery } from './canonical-query.ts';
import { canonicalPath } from './canonical-resource.ts';
import { additionalHeaderNames, headerLines, signedHeaders } from './signed-headers.ts';

export const algorithmV4 = 'OSS4-HMAC-SHA256';
/** The only legal value of `x-oss-content-sha256`: OSS signs no payload. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';
export const terminatorV4 = 'aliyun_v4_request';

/** What a V4 signature is good for: a day (`20231216`), a region (`cn-hangzhou`) and a product (`oss`). */
export interface Scope {
  readonly date: string;
  readonly region: string;
  readonly product: string;
}

export function formatScope(scope: Scope): string {
  return `${scope.date}/${scope.region}/${scope.product}/${terminatorV4}`;
}

/** A credential `accessKeyId/date/region/product/aliyun_v4_request`; `undefined` where it is not of this form. */
export function parseCredential(text: string): { readonly accessKeyId: string; readonly scope: Scope } | undefined {
  const [accessKeyId, date, region, product, end, ...rest] = text.split('/');
  if (!accessKeyId || !region || !product || date === undefined || end !== terminatorV4 || rest.length > 0) return undefined;
  return { accessKeyId, scope: { date, region, product } };
}

/** The canonical request of V4. Source: OSS, "Signature version 4". */
export function canonicalRequestV4(
  message: RequestMessage,
  additionalHeaders: readonly string[],
  options: CanonicalQueryOptions = {},
): string {
  const headers = signedHeaders(message.headers);
  const additional = additionalHeaderNames(additionalHeaders, headers, 'V4');
  const isSigned = (name: string) =>
    name === 'content-type' || name === 'content-md5' || name.startsWith('x-oss-') || additional.includes(name);
  return [
    message.method,
    percentEncode(canonicalPath(message), { keepSlash: true }),
    canonicalQuery(message.query, options),
    headerLines(headers, isSigned),
    additional.join(';'),
    headers.get('x-oss-content-sha256') ?? unsignedPayload,
  ].join('\n');
}

/** What V4 signs. `date` is the text of `x-oss-date`, in the header or in the query. */
export function stringToSignV4(digests: Digests, canonicalRequest: string, date: string, scope: Scope): string {
  return [algorithmV4, date, formatScope(scope), encodeHex(digests.hash('sha256', canonicalRequest))].join('\n');
}
