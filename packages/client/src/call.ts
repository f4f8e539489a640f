/**
 * The pipeline of a call: encode → (retry: sign → send → read the head and any XML body → classify) → decode. `plan.ts` is the first step,
 * the others stand here in their order.
 */
import {
  type Body,
  type Credentials,
  decodeError,
  decodeResult,
  type HeaderField,
  headerOf,
  headerText,
  isErrorDocument,
  isServiceError,
  type OperationKey,
  type RawRequest,
  type RawResponse,
  type RequestMessage,
  ServiceError,
  signRequest,
} from '@ossature/protocol';
import type { Call, CallOptions, Core, Fields } from './core.ts';
import { createDownload } from './download.ts';
import { Exchange } from './exchange.ts';
import { orAbort } from './or-abort.ts';
import { checksumOf, type Plan, planCall } from './plan.ts';
import { withRetries } from './retrying.ts';
import { shown } from './surface.ts';
import { verifyUpload } from './verify-upload.ts';

/** The longest answer that is read into memory: a list of 1,000 keys of 1,023 bytes, percent-encoded, stays under it. */
const answerMaxBytes = 32 * 1024 * 1024;

/** Calls an operation. Rejects with `InvalidRequestError`, `ServiceError`, `TransportError` or `ChecksumError`. */
export async function call(core: Core, operation: OperationKey, request: Fields, options: CallOptions = {}): Promise<Fields> {
  const plan = planCall(core, operation, request);
  checksumOf('precedingHashCrc64', options.precedingHashCrc64);
  const look: Call = (other, lookRequest) => call(core, other, lookRequest, options.signal === undefined ? {} : { signal: options.signal });
  return withRetries({ core, plan, options, look }, async (attempt) => {
    const exchange = new Exchange(core, plan, options);
    attempt.sent = () => exchange.upload?.sent();
    try {
      attempt.credentials = await orAbort(core.credentials.get(), exchange.signal);
      const signed = sign(core, plan.message, attempt.credentials);
      const response = await send(core, plan, signed, exchange);
      const result = await receive(core, plan, response, exchange);
      verifyUpload(plan, result, exchange.upload?.sent(), options);
      return result;
    } catch (error) {
      exchange.abandon();
      throw error;
    }
  });
}

/** Anonymous where there are no credentials. */
function sign(core: Core, message: RequestMessage, credentials: Credentials | undefined): RequestMessage {
  if (credentials === undefined) return message;
  return signRequest(core.digests, message, {
    version: core.signatureVersion,
    credentials,
    region: core.region,
    nowMs: core.clock.now() + core.skew.offsetMs,
  });
}

async function send(core: Core, plan: Plan, message: RequestMessage, exchange: Exchange): Promise<RawResponse> {
  const body = exchange.upload?.body ?? message.body;
  const { address } = plan;
  const headers: HeaderField[] = [
    ['Host', address.host],
    ...message.headers,
    ['User-Agent', core.userAgent],
    ...lengthHeader(message, body),
  ];
  const request: RawRequest = {
    method: message.method,
    target: address.target,
    headers,
    signal: exchange.signal,
    ...(body === undefined ? {} : { body }),
  };
  exchange.watch.waiting();
  const response = await core.transport.send(address.origin, request);
  exchange.watch.resting();
  return response;
}

/** The length of a body in memory, and that there is none; a stream's was announced by the caller, or it goes in chunks. */
function lengthHeader(message: RequestMessage, body: Body | undefined): HeaderField[] {
  if (headerOf(message.headers, 'content-length') !== undefined) return [];
  if (body instanceof Uint8Array) return [['Content-Length', String(body.byteLength)]];
  return body === undefined && (message.method === 'PUT' || message.method === 'POST') ? [['Content-Length', '0']] : [];
}

/** Reads the answer as far as it is XML, and decodes it; the bytes of an object stay with the caller. */
async function receive(core: Core, plan: Plan, response: RawResponse, exchange: Exchange): Promise<Fields> {
  const { definition } = plan;
  const shape = definition.results[response.status];
  if (shape !== undefined && response.status < 300 && Object.values(shape.members).some((member) => member.place === 'stream')) {
    const download = createDownload(exchange.watched(response.body), expectedOf(plan, response), exchange);
    return finish(response, decode(plan, response, new Uint8Array()), { body: download });
  }
  const body = await readWhole(exchange.watched(response.body));
  exchange.release();
  // Copies and completes may answer 200 and then an error: whoever trusts the status reports success.
  if (shape === undefined || response.status >= 300 || isErrorDocument(body)) {
    const error = decodeError({ status: response.status, headers: response.headers, body });
    if (isServiceError(error, 'RequestTimeTooSkewed')) learnSkew(core, error);
    throw error;
  }
  return finish(response, decode(plan, response, body), {});
}

function decode(plan: Plan, response: RawResponse, body: Uint8Array): Fields {
  return decodeResult(plan.definition, { status: response.status, headers: response.headers, body }, plan.context);
}

function finish(response: RawResponse, result: Fields, more: Fields): Fields {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    const lower = name.toLowerCase();
    const text = headerText(value) ?? value;
    headers[lower] = headers[lower] === undefined ? text : `${headers[lower]}, ${text}`;
  }
  return { ...(shown(result) as Fields), ...more, statusCode: response.status, requestId: headers['x-oss-request-id'], headers };
}

/** What a download must amount to. A range, and what the service made of the object, has no checksum. */
function expectedOf(plan: Plan, response: RawResponse): { lengthBytes: number | undefined; hashCrc64: bigint | undefined } {
  const length = headerOf(response.headers, 'content-length');
  const crc = headerOf(response.headers, 'x-oss-hash-crc64ecma');
  const whole = response.status === 200 && plan.request['process'] === undefined;
  return {
    lengthBytes: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined,
    hashCrc64: whole && crc !== undefined && /^\d{1,20}$/.test(crc) ? BigInt(crc) : undefined,
  };
}

async function readWhole(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const chunk of body) {
    lengthBytes += chunk.byteLength;
    if (lengthBytes > answerMaxBytes)
      throw new ServiceError('BadResponse', { message: `The answer is longer than ${answerMaxBytes} bytes.` });
    // Copied: `slice` of a Buffer would not.
    chunks.push(Uint8Array.from(chunk));
  }
  const whole = new Uint8Array(lengthBytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Our clock is off by what the service's answer says. */
function learnSkew(core: Core, error: ServiceError): void {
  const date = Date.parse(error.headers['date'] ?? '');
  if (!Number.isNaN(date)) core.skew.offsetMs = date - core.clock.now();
}
