import { formatBasicDate, formatHttpDate } from '../dates.ts';
import type { Digests } from '../digests.ts';
import { type HeaderField, headerBytes, type RequestMessage } from '../message.ts';
import { algorithmV4, formatScope, type Scope, unsignedPayload } from './canonical-v4.ts';
import { computeSignature } from './compute-signature.ts';
import type { Credentials, SignatureVersion } from './credentials.ts';
import { additionalHeaderNames, signedHeaders } from './signed-headers.ts';
import { textHeader } from './text-header.ts';

export interface SignOptions {
  readonly version: SignatureVersion;
  readonly credentials: Credentials;
  /** The time of the signature; the clock of the service, where that is known to differ. */
  readonly nowMs: number;
  /** The bare id (`cn-hangzhou`); V4 needs it, the others do not look at it. */
  readonly region?: string | undefined;
  /** `oss-cloudbox` for cloud boxes, whose id is the region. */
  readonly product?: string | undefined;
  /** Headers to sign beside those that always are, where the message has them. V2 and V4 only. */
  readonly additionalHeaders?: readonly string[] | undefined;
}

/**
 * The message with its signature in `Authorization`, and the headers that it needs: `x-oss-date` (V1, V4) or `Date` (V2), the
 * security token, and in V4 `x-oss-content-sha256`. V1 and V2 keep a date that the message already has. The message must be complete:
 * what is added to it afterwards is not signed, or breaks the signature.
 *
 * Throws TypeError for V4 without a region.
 */
export function signRequest(digests: Digests, message: RequestMessage, options: SignOptions): RequestMessage {
  const { credentials } = options;
  let headers = message.headers.filter(([name]) => name.toLowerCase() !== 'authorization');
  if (credentials.securityToken) headers = setHeader(headers, 'x-oss-security-token', credentials.securityToken);
  switch (options.version) {
    case 'V1': {
      if (textHeader(headers, 'x-oss-date') === undefined && textHeader(headers, 'date') === undefined) {
        headers = setHeader(headers, 'x-oss-date', formatHttpDate(options.nowMs));
      }
      const date = textHeader(headers, 'x-oss-date') ?? textHeader(headers, 'date') ?? '';
      const prepared = { ...message, headers };
      const { signature } = computeSignature(digests, prepared, { version: 'V1', date }, credentials.accessKeySecret);
      return authorize(prepared, `OSS ${credentials.accessKeyId}:${signature}`);
    }
    case 'V2': {
      if (textHeader(headers, 'date') === undefined) headers = setHeader(headers, 'Date', formatHttpDate(options.nowMs));
      const date = textHeader(headers, 'date') ?? '';
      const prepared = { ...message, headers };
      const additionalHeaders = additionalHeaderNames(options.additionalHeaders ?? [], signedHeaders(headers), 'V2');
      const { signature } = computeSignature(digests, prepared, { version: 'V2', date, additionalHeaders }, credentials.accessKeySecret);
      const listed = additionalHeaders.length > 0 ? `,AdditionalHeaders:${additionalHeaders.join(';')}` : '';
      return authorize(prepared, `OSS2 AccessKeyId:${credentials.accessKeyId}${listed},Signature:${signature}`);
    }
    case 'V4': {
      const date = formatBasicDate(options.nowMs);
      const scope = scopeOf(options, date);
      headers = setHeader(headers, 'x-oss-date', date);
      headers = setHeader(headers, 'x-oss-content-sha256', unsignedPayload);
      const prepared = { ...message, headers };
      const additionalHeaders = additionalHeaderNames(options.additionalHeaders ?? [], signedHeaders(headers), 'V4');
      const facts = { version: 'V4', date, additionalHeaders, scope } as const;
      const { signature } = computeSignature(digests, prepared, facts, credentials.accessKeySecret);
      const listed = additionalHeaders.length > 0 ? `,AdditionalHeaders=${additionalHeaders.join(';')}` : '';
      const credential = `${credentials.accessKeyId}/${formatScope(scope)}`;
      return authorize(prepared, `${algorithmV4} Credential=${credential}${listed},Signature=${signature}`);
    }
  }
}

/** The scope that a V4 signature of this time and these options has. */
export function scopeOf(options: Pick<SignOptions, 'region' | 'product'>, date: string): Scope {
  if (!options.region) throw new TypeError('A V4 signature needs a region.');
  return { date: date.slice(0, 8), region: options.region, product: options.product ?? 'oss' };
}

function authorize(message: RequestMessage, authorization: string): RequestMessage {
  return { ...message, headers: setHeader(message.headers, 'Authorization', authorization) };
}

function setHeader(headers: readonly HeaderField[], name: string, text: string): HeaderField[] {
  const others = headers.filter(([field]) => field.toLowerCase() !== name.toLowerCase());
  return [...others, [name, headerBytes(text)]];
}
