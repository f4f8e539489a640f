import {
  encodeError,
  formatHttpDate,
  type HeaderField,
  headerOf,
  type RawRequest,
  type ResponseMessage,
  ServiceError,
} from '@ossature/protocol';
import { corsHeadersOf } from '../cors/cors-headers.ts';
import { logRequest, type Trace } from './access-log.ts';
import { hostName } from './address.ts';
import { clientGone, failureOf } from './failure.ts';
import type { Peer } from './node-server.ts';
import { runPipeline, type ServerParts } from './pipeline.ts';
import { mintRequestId } from './request-id.ts';
import { WatchedBody } from './response-body.ts';

/** The answer to a request, whatever happens: with the headers that every answer has, and one log line when it has left. Never rejects. */
export async function answerRequest(parts: ServerParts, raw: RawRequest, peer: Peer): Promise<ResponseMessage> {
  const trace = beginTrace(parts);
  try {
    return complete(parts, trace, raw.method, withCors(await runPipeline(parts, raw, peer, trace), trace, raw));
  } catch (error) {
    const failure = isGone(raw) && !(error instanceof ServiceError) ? clientGone() : failureOf(error, trace, parts.log, parts.metrics);
    await findBucketRow(parts, trace, raw);
    return completeFailure(parts, trace, raw, failure);
  }
}

/** The answer to bytes that are no request. */
export function answerGarbage(parts: ServerParts, failure: ServiceError): ResponseMessage {
  return completeFailure(parts, beginTrace(parts), { method: 'GET', target: '/', headers: [] }, failure);
}

function beginTrace(parts: ServerParts): Trace {
  const { clock, random } = parts.config;
  const startMs = clock.now();
  parts.metrics.began();
  return {
    id: mintRequestId(startMs, random),
    startMs,
    received: { bytes: 0 },
    operation: 'none',
    bucket: undefined,
    key: undefined,
    bucketRow: undefined,
    clientAddress: undefined,
    principal: undefined,
    code: undefined,
  };
}

function isGone(raw: RawRequest): boolean {
  return raw.signal?.aborted === true;
}

/** A page may see what went wrong too, also where that was told before the bucket was looked at. */
async function findBucketRow({ store }: ServerParts, trace: Trace, raw: RawRequest): Promise<void> {
  if (trace.bucketRow !== undefined || trace.bucket === undefined || headerOf(raw.headers, 'origin') === undefined) return;
  trace.bucketRow = await store.getBucket(trace.bucket).catch(() => undefined);
}

/** With what a page of another origin is told. */
function withCors(message: ResponseMessage, trace: Trace, raw: RawRequest): ResponseMessage {
  const headers = corsHeadersOf(trace.bucketRow, raw);
  return headers.length === 0 ? message : { ...message, headers: [...message.headers, ...headers] };
}

function completeFailure(parts: ServerParts, trace: Trace, raw: RawRequest, failure: ServiceError): ResponseMessage {
  trace.code = failure.code;
  const { method } = raw;
  const hostId = hostName(headerOf(raw.headers, 'host'));
  const message = encodeError(failure, { requestId: trace.id, hostId, head: method === 'HEAD' });
  return complete(parts, trace, method, withCors(message, trace, raw));
}

function complete(parts: ServerParts, trace: Trace, method: string, message: ResponseMessage): ResponseMessage {
  const nowMs = parts.config.clock.now();
  const headers: HeaderField[] = [
    ['Server', 'AliyunOSS'],
    ['Date', formatHttpDate(nowMs)],
    ...message.headers,
    ['x-oss-request-id', trace.id],
    ['x-oss-server-time', String(Math.max(0, nowMs - trace.startMs))],
  ];
  const { status } = message;
  const isBodiless = method === 'HEAD' || status === 204 || status === 304;
  const body = isBodiless ? undefined : message.body;
  if (!isBodiless && headerOf(message.headers, 'content-length') === undefined && (body === undefined || body instanceof Uint8Array)) {
    headers.push(['Content-Length', String(body?.length ?? 0)]);
  }
  const end = (bytesOut: number, cut: boolean) =>
    logRequest(parts.log, parts.metrics, trace, { status, bytesOut, nowMs: parts.config.clock.now(), cut });
  if (body === undefined || body instanceof Uint8Array) {
    end(body?.length ?? 0, false);
    return { status, headers, ...(body === undefined ? {} : { body }) };
  }
  const watched = new WatchedBody(body, ({ bytes, cut, error }) => {
    if (error !== undefined) trace.code = failureOf(error, trace, parts.log, parts.metrics).code;
    end(bytes, cut);
  });
  return { status, headers, body: watched };
}
