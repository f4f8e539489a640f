import {
  contextOf,
  type Definition,
  decodeHead,
  decodeRequestBody,
  encodeResult,
  headerOf,
  type Method,
  type OperationKey,
  operations,
  percentEncode,
  type RawRequest,
  type RequestMessage,
  type ResponseMessage,
  route,
  ServiceError,
  streamField,
  unknownNames,
} from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import type { Bucket, Store } from '@ossature/store';
import type { Logger } from 'pino';
import type { Account } from '../auth/account.ts';
import { authenticate } from '../auth/authenticate.ts';
import type { Principal } from '../auth/principal.ts';
import { createGuard, type Guard, noSuchBucket } from '../authorization/guard.ts';
import type { ServerConfig } from '../config.ts';
import { extranetHost } from '../operations/endpoints.ts';
import type { HandlerContext } from '../operations/handler.ts';
import { handlers } from '../operations/handlers.ts';
import type { Trace } from './access-log.ts';
import { type Address, resolveAddress } from './address.ts';
import { type BodyFacts, judgeBodyFacts, judgeHead } from './body-facts.ts';
import type { Metrics } from './metrics.ts';
import type { Peer } from './node-server.ts';
import { boundBody, readBody } from './request-body.ts';
import { answerPage } from './system-pages.ts';

/** What the steps work with: made once for a server. */
export interface ServerParts {
  readonly config: ServerConfig;
  readonly account: Account;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly isStopping: () => boolean;
  /** The server's own address, once it has one. */
  readonly publicUrl: () => string;
}

/**
 * From a request to its answer, step by step. The order is that of OSS: names before the bucket, the bucket before the caller, the caller
 * before the request's own mistakes, and these before the sources of a copy and the body. Throws what the client is to be told.
 */
export async function runPipeline(parts: ServerParts, raw: RawRequest, peer: Peer, trace: Trace): Promise<ResponseMessage> {
  judgeHead(raw);
  const address = resolveAddress(raw.method, raw.target, headerOf(raw.headers, 'host'), parts.config);
  trace.bucket = address.bucket;
  trace.key = address.key;
  if (address.page !== undefined) return await answerPage(address.page, raw.method, peer, parts);
  const message = messageOf(raw, address);
  const { operation } = route({ ...message, level: levelOf(address) });
  const definition: Definition = operations[operation];
  trace.operation = definition.name;
  const facts = judgeBodyFacts(definition, raw);
  const bucket = await findBucket(parts, operation, address);
  const principal = identify(parts, message, address, bucket, operation);
  trace.principal = principal.kind === 'anonymous' ? 'anonymous' : principal.accessKeyId;
  const { request: head, fault } = decodeHead(definition, message);
  const guard = createGuard(principal, definition.permissions(head), address);
  await authorizeTarget(parts, principal, guard, bucket, address);
  if (fault !== undefined) throw fault;
  judgeUnknownNames(parts, definition, message);
  const received = await receiveBody(definition, head, message, facts, trace);
  const bodyGuard =
    definition.permissionsOfBody === true ? createGuard(principal, definition.permissions(received.request), address) : guard;
  const context = handlerContext(parts, { raw, peer, address, bucket, principal, guard: bodyGuard, facts, hasBody: received.hasBody });
  const result = await runHandler(operation, received.request, context);
  return encodeResult(definition, result, contextOf(message.query));
}

const methods: readonly string[] = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'] satisfies readonly Method[];

function isMethod(method: string): method is Method {
  return methods.includes(method);
}

function messageOf(raw: RawRequest, address: Address): RequestMessage {
  if (!isMethod(raw.method)) {
    throw new ServiceError('MethodNotAllowed', { elements: { Method: raw.method }, headers: { Allow: methods.join(', ') } });
  }
  const { bucket, key, query } = address;
  return {
    method: raw.method,
    ...(bucket === undefined ? {} : { bucket }),
    ...(key === undefined ? {} : { key }),
    query,
    headers: raw.headers,
    ...(raw.body === undefined ? {} : { body: raw.body }),
  };
}

function levelOf(address: Address): Definition['level'] {
  if (address.bucket === undefined) return 'service';
  return address.key === undefined ? 'bucket' : 'object';
}

/** Operations that make their bucket where there is none. */
function makesBucket(operation: OperationKey): boolean {
  return operation === 'putBucket' || operation === 'putBucketAcl';
}

/** A bucket that is missing, or of another region than the Host names, is told before anybody asks who calls. */
async function findBucket(parts: ServerParts, operation: OperationKey, address: Address): Promise<Bucket | undefined> {
  if (address.bucket === undefined || operation === 'putBucket') return undefined;
  const bucket = await parts.store.getBucket(address.bucket);
  if (bucket === undefined) {
    if (makesBucket(operation)) return undefined;
    throw noSuchBucket(address.bucket);
  }
  if (address.hostRegion !== undefined && address.hostRegion !== bucket.region) {
    throw new ServiceError('AccessDenied', {
      message:
        'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      ec: '0003-00001403',
      elements: { Bucket: bucket.name, Endpoint: extranetHost(bucket.region) },
    });
  }
  return bucket;
}

/** A V4 scope names the bucket's region; for a bucket that is to be made, the Host's or any; at service level, one of this server's. */
function identify(
  parts: ServerParts,
  message: RequestMessage,
  address: Address,
  bucket: Bucket | undefined,
  operation: OperationKey,
): Principal {
  const { account, config } = parts;
  const hostRegions = address.hostRegion === undefined ? undefined : [address.hostRegion];
  const regions = bucket !== undefined ? [bucket.region] : makesBucket(operation) ? hostRegions : config.regions;
  return authenticate(message, { account, nowMs: config.clock.now(), regions });
}

/**
 * The account needs no row beside the bucket's; the ACL of an object only matters to others. Sources are judged by the handler, in the
 * commit that reads them: there is nothing to spare a copy by judging them twice.
 */
async function authorizeTarget(
  parts: ServerParts,
  principal: Principal,
  guard: Guard,
  bucket: Bucket | undefined,
  address: Address,
): Promise<void> {
  if (bucket === undefined) return guard.withoutBucket();
  const isOwner = principal.kind === 'account' && principal.ownerId === bucket.ownerId;
  if (isOwner || address.key === undefined) {
    guard.target(bucket, undefined);
    return;
  }
  const rows = await parts.store.headObject({ bucket: bucket.name, key: address.key });
  guard.target(rows.bucket, rows.existing);
}

/** What nobody knows is ignored and counted, as OSS does; a strict server refuses unknown `x-oss-` headers, but for those that come with copies. */
function judgeUnknownNames(parts: ServerParts, definition: Definition, message: RequestMessage): void {
  for (const name of unknownNames(definition, message).headers) {
    const isTolerated = name.startsWith('x-oss-copy-source-') || !name.startsWith('x-oss-');
    if (parts.config.strict && !isTolerated) {
      throw new ServiceError('NotImplemented', { message: `The header is unknown: ${name}.`, elements: { Header: name } });
    }
    parts.metrics.ignoredHeader();
  }
}

type RequestFields = Readonly<Record<string, unknown>>;

/** A document is read whole and decoded; a stream is handed on to be read by the store; what is not wanted is left alone. */
async function receiveBody(
  definition: Definition,
  head: RequestFields,
  message: RequestMessage,
  facts: BodyFacts,
  trace: Trace,
): Promise<{ readonly request: RequestFields; readonly hasBody: boolean }> {
  const bounds = { ...facts, limitBytes: definition.bodyLimitBytes };
  const stream = streamField(definition);
  if (stream !== undefined) {
    return { request: { ...head, [stream]: boundBody(message.body, bounds, trace.received) }, hasBody: true };
  }
  if (definition.requestRoot === undefined) return { request: head, hasBody: false };
  const bytes = await readBody(message.body, bounds, trace.received);
  const claimed = head['contentMd5'];
  if (claimed !== undefined && claimed !== Buffer.from(nodeDigests.hash('md5', bytes)).toString('base64')) {
    throw new ServiceError('InvalidDigest', { ec: '0017-00000503' });
  }
  const fields: RequestFields = decodeRequestBody(definition, bytes, contextOf(message.query));
  return { request: { ...head, ...fields }, hasBody: bytes.length > 0 };
}

interface ContextFacts {
  readonly raw: RawRequest;
  readonly peer: Peer;
  readonly address: Address;
  readonly bucket: Bucket | undefined;
  readonly principal: Principal;
  readonly guard: Guard;
  readonly facts: BodyFacts;
  readonly hasBody: boolean;
}

function handlerContext(
  parts: ServerParts,
  { raw, peer, address, bucket, principal, guard, facts, hasBody }: ContextFacts,
): HandlerContext {
  const { config, store, account } = parts;
  const signingRegion = principal.kind === 'account' ? principal.signingRegion : undefined;
  return {
    store,
    guard,
    config,
    principal,
    bucket,
    ownerId: account.ownerId,
    isAnonymous: principal.kind === 'anonymous',
    requestedRegion: address.hostRegion ?? config.regions.find((region) => region === signingRegion),
    regions: config.regions,
    publicUrl: parts.publicUrl(),
    urlOf: (key) => urlOf(raw, peer, address, key),
    declaredBytes: facts.declaredBytes,
    hasBody,
    // Made only for those who look at it.
    get signal() {
      return raw.signal;
    },
  };
}

/** The URL of a key of the request's bucket, at the Host that the request came to. */
function urlOf(raw: RawRequest, peer: Peer, address: Address, key: string): string {
  const host = headerOf(raw.headers, 'host') ?? address.hostId;
  const base = `${peer.secure ? 'https' : 'http'}://${host}`;
  return address.style === 'path' ? `${base}/${address.bucket}/${percentEncode(key)}` : `${base}/${percentEncode(key)}`;
}

/** The table says which handler belongs to which request; here their types meet again. */
function runHandler(operation: OperationKey, request: RequestFields, context: HandlerContext): Promise<never> {
  const handler = handlers[operation] as unknown as (request: RequestFields, context: HandlerContext) => Promise<never>;
  return handler(request, context);
}
