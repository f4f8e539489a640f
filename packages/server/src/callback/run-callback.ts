import { createHash } from 'node:crypto';
import { type Clock, formatHttpDate, quoteEtag, ServiceError } from '@ossature/protocol';
import type { StoredObject } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';
import { type CallbackValues, fillTemplate } from './fill-template.ts';
import { type CallbackAnswer, CallbackFault, postCallback } from './post-callback.ts';
import type { RequestedCallback } from './requested-callback.ts';

/** What a callback tells about: a write that is done. */
export interface CallbackOccasion {
  readonly bucket: string;
  readonly object: StoredObject;
  /** As OSS names it: `PutObject`. */
  readonly operation: 'PutObject' | 'PostObject' | 'CompleteMultipartUpload';
  readonly requestId: string;
  readonly clientAddress: string;
  readonly principal: Principal;
  /** `x-oss-version-id` of the answer, where there is one. */
  readonly versionId: string | undefined;
}

/**
 * Tells the application's server of a write, and answers what it said: one URL after the other, until one is answered as it should be. Throws CallbackFailed (203) where
 * none is; the object stays. Nobody has a key of Alibaba Cloud here: the request is not signed, and the receiver has to know its sender otherwise.
 */
export async function runCallback(callback: RequestedCallback, occasion: CallbackOccasion, clock: Clock): Promise<string> {
  const body = Buffer.from(fillTemplate(callback.template, valuesOf(callback, occasion), callback.bodyType), 'utf8');
  let why = '';
  for (const url of callback.urls) {
    try {
      return judgeAnswer(await postCallback(url, headersOf(url, callback, occasion, body, clock.now()), body, clock));
    } catch (error) {
      if (!(error instanceof CallbackFault)) throw error;
      why = error.message;
    }
  }
  const { object, versionId } = occasion;
  throw new ServiceError('CallbackFailed', {
    message: why,
    headers: {
      ETag: quoteEtag(object.etag),
      'x-oss-hash-crc64ecma': String(object.hashCrc64),
      ...(versionId === undefined ? {} : { 'x-oss-version-id': versionId }),
    },
  });
}

function judgeAnswer({ status, contentType, body }: CallbackAnswer): string {
  if (status !== 200) throw new CallbackFault(`Error status : ${status}.`);
  if (/^application\/xml\b/i.test(contentType) && body.startsWith('<')) return body;
  try {
    JSON.parse(body);
    return body;
  } catch {
    throw new CallbackFault('Response body is not valid json format.');
  }
}

function valuesOf({ variables }: RequestedCallback, occasion: CallbackOccasion): CallbackValues {
  const { bucket, object, operation, requestId, clientAddress } = occasion;
  const isWhole = operation !== 'CompleteMultipartUpload';
  return {
    ...variables,
    bucket,
    object: object.key,
    etag: object.etag,
    size: object.sizeBytes,
    mimeType: object.contentHeaders.contentType ?? 'application/octet-stream',
    crc64: String(object.hashCrc64),
    contentMd5: isWhole ? Buffer.from(object.etag, 'hex').toString('base64') : undefined,
    clientIp: clientAddress,
    reqId: requestId,
    operation,
  };
}

function headersOf(
  url: URL,
  { host, bodyType }: RequestedCallback,
  { bucket, requestId, principal }: CallbackOccasion,
  body: Uint8Array,
  nowMs: number,
): Readonly<Record<string, string>> {
  return {
    Host: host ?? url.host,
    Connection: 'close',
    'Content-Length': String(body.length),
    'Content-MD5': createHash('md5').update(body).digest('base64'),
    'Content-Type': bodyType,
    Date: formatHttpDate(nowMs),
    'User-Agent': 'aliyun-oss-callback',
    'x-oss-bucket': bucket,
    'x-oss-request-id': requestId,
    'x-oss-requester': principal.kind === 'anonymous' ? 'Anonymous' : principal.ownerId,
    'x-oss-signature-version': '1.0',
    'x-oss-tag': 'CALLBACK',
  };
}
