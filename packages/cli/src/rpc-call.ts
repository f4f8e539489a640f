import { createUndiciTransport, ServiceError, systemClock, TransportError } from '@ossature/client';
import { encodeRpcParameters, type RawRequest, type RpcParameters, rpcSignature } from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import { type Connection, type ConnectionOptions, resolveConnection } from './connection.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** One of the services beside OSS: each has its own API version and its own public address. */
export interface RpcService {
  readonly name: 'kms' | 'ram' | 'sts';
  /** `2016-01-20`. */
  readonly version: string;
}

/** The answer's document. Rejects with ServiceError and TransportError. */
export type RpcCaller = (action: string, parameters?: RpcParameters) => Promise<Readonly<Record<string, unknown>>>;

/** The longest answer that is read, in bytes. */
const answerMaxBytes = 4 * 1024 * 1024;
const timeoutMs = 60_000;

/** Runs with a caller of a service (RPC style, signature version 1.0) at the connection's endpoint, else at the public address of the service in its region. */
export async function withRpc(
  options: ConnectionOptions,
  service: RpcService,
  terminal: Terminal,
  run: (call: RpcCaller) => Promise<void>,
): Promise<void> {
  const connection = await resolveConnection(options, terminal.environment);
  const origin = originOf(connection.endpoint ?? `https://${service.name}.${connection.region}.aliyuncs.com`);
  const transport = createUndiciTransport();
  const call: RpcCaller = async (action, parameters = {}) => {
    const form = await signedForm({ ...parameters, Action: action, Version: service.version }, connection);
    const body = new TextEncoder().encode(form);
    const request: RawRequest = {
      method: 'POST',
      target: '/',
      headers: [
        ['Host', origin.hostHeader],
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Content-Length', String(body.length)],
      ],
      body,
    };
    return await withinTime(terminal.signal, async (signal) => {
      const response = await transport.send(origin, { ...request, signal });
      return documentOf(response.status, await readText(response.body));
    });
  };
  try {
    await run(call);
  } finally {
    await transport.close();
  }
}

/** The whole call within its time. */
async function withinTime<T>(ended: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new TransportError('timeout', { message: 'The service did not answer in time.' })), timeoutMs);
  try {
    return await work(AbortSignal.any([ended, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}

function originOf(endpoint: string) {
  const text = /^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.pathname !== '/' || url.search !== '') {
    throw new UsageError(`"${endpoint}" is not of the form [http://|https://]host[:port].`);
  }
  const scheme = url.protocol === 'http:' ? 'http' : 'https';
  return { scheme, host: url.hostname, port: Number(url.port || (scheme === 'http' ? 80 : 443)), hostHeader: url.host } as const;
}

async function signedForm(parameters: RpcParameters, { credentials }: Connection): Promise<string> {
  const given = typeof credentials === 'function' ? await credentials() : credentials;
  if (given === undefined) throw new UsageError('No credentials.');
  const { accessKeyId, accessKeySecret, securityToken } = given;
  const signed: RpcParameters = {
    ...parameters,
    Format: 'JSON',
    AccessKeyId: accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: crypto.randomUUID(),
    Timestamp: new Date(systemClock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    ...(securityToken === undefined ? {} : { SecurityToken: securityToken }),
  };
  return encodeRpcParameters({ ...signed, Signature: rpcSignature(nodeDigests, 'POST', signed, accessKeySecret) });
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > answerMaxBytes) throw new ServiceError('BadResponse', { message: 'The answer is too long.' });
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

function documentOf(status: number, text: string): Readonly<Record<string, unknown>> {
  const document = parseObject(text);
  if (document === undefined) {
    throw new ServiceError(status < 300 ? 'BadResponse' : 'BadErrorResponse', {
      message: 'The answer is no JSON document.',
      statusCode: status,
    });
  }
  if (status < 300) return document;
  throw new ServiceError(textMember(document, 'Code') ?? 'BadErrorResponse', {
    message: textMember(document, 'Message'),
    requestId: textMember(document, 'RequestId'),
    statusCode: status,
  });
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** A member that is text. */
export function textMember(record: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = record[name];
  return typeof value === 'string' ? value : undefined;
}

/** A member that is a record; an empty one where it is none. */
export function recordMember(record: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const value = record[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A member that is a list of records; an empty one where it is none. */
export function recordsMember(record: Readonly<Record<string, unknown>>, name: string): readonly Readonly<Record<string, unknown>>[] {
  const value = record[name];
  return Array.isArray(value)
    ? value.filter((item): item is Readonly<Record<string, unknown>> => typeof item === 'object' && item !== null)
    : [];
}
