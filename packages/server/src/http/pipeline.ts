import {
  contextOf,
  type Definition,
  decodeHead,
  decodeRequestBody,
  encodeResult,
  hasDocument,
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
import type { Bucket, KeyRing, Store } from '@ossature/store';
import type { Logger } from 'pino';
import type { Account } from '../auth/account.ts';
import { authenticate } from '../auth/authenticate.ts';
import { currentPrincipal } from '../auth/current-principal.ts';
import { anonymous, type Principal } from '../auth/principal.ts';
import { environmentOf } from '../authorization/environment-of.ts';
import { createGuard, type Guard, noSuchBucket } from '../authorization/guard.ts';
import type { Networks } from '../authorization/ip-network.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { policyConfiguration } from '../bucket-configurations/policy.ts';
import type { ServerConfig } from '../config.ts';
import type { LocalKeyRing } from '../encryption/local-key-ring.ts';
import type { Identities } from '../identity/identities.ts';
import type { RuleBook } from '../lifecycle/rule-book.ts';
import { extranetHost } from '../operations/endpoints.ts';
import type { HandlerContext } from '../operations/handler.ts';
import { handlers } from '../operations/handlers.ts';
import { answerRpc, type RpcParts } from '../rpc/answer-rpc.ts';
import { isRpcRequest } from '../rpc/is-rpc.ts';
import type { ServerKey } from '../secrets/server-key.ts';
import type { Trace } from './access-log.ts';
import { type Address, resolveAddress } from './address.ts';
import { type BodyFacts, judgeBodyFacts, judgeHead } from './body-facts.ts';
import { clientPeer } from './client-peer.ts';
import type { Metrics } from './metrics.ts';
import type { Peer } from './node-server.ts';
import { admitForm, type OpenedForm, openForm } from './open-form.ts';
import { boundBody, type Meter, readBody } from './request-body.ts';
import { answerPage } from './system-pages.ts';
import { trafficShaper } from './traffic-limit.ts';

/** What the steps work with: made once for a server. */
export interface ServerParts {
  readonly config: ServerConfig;
  readonly account: Account;
  /** The account's users, keys, policies and roles. */
  readonly identities: Identities;
  /** STS, RAM and KMS. */
  readonly rpc: RpcParts;
  /** Whose `X-Forwarded-For` is believed; undefined: nobody's. */
  readonly proxies: Networks | undefined;
  readonly store: Store;
  /** What is secret in documents is sealed under it. */
  readonly serverKey: ServerKey;
  readonly keyRing: KeyRing;
  /** The key ring that the server keeps itself, where it was given none. */
  readonly masterKeys: LocalKeyRing | undefined;
  /** The lifecycle rules of all buckets. */
  readonly lifecycle: RuleBook;
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
export async function runPipeline(parts: ServerParts, raw: RawRequest, connected: Peer, trace: Trace): Promise<ResponseMessage> {
  judgeHead(raw);
  const peer = clientPeer(raw, connected, parts.proxies);
  trace.clientAddress = peer.remoteAddress;
  if (isRpcRequest(raw, parts.config.baseDomains)) return await answerRpc(parts.rpc, raw, peer, trace);
  const found = resolveAddress(raw.method, raw.target, headerOf(raw.headers, 'host'), parts.config);
  trace.bucket = found.bucket;
  trace.key = found.key;
  if (found.page !== undefined) return await answerPage(found.page, raw.method, peer, parts);
  const sent = messageOf(raw, found);
  const { operation } = route({ ...sent, level: levelOf(found) });
  const definition: Definition = operations[operation];
  trace.operation = definition.name;
  const facts = judgeBodyFacts(definition, raw);
  const bucket = await findBucket(parts, operation, found);
  trace.bucketRow = bucket;
  const form = definition.form === true ? await openForm(definition, sent, facts, trace.received) : undefined;
  try {
    return await answerOperation(parts, { operation, definition, raw, sent, form, found, facts, bucket, peer, trace });
  } finally {
    await form?.close();
  }
}

interface RoutedRequest {
  readonly operation: OperationKey;
  readonly definition: Definition;
  readonly raw: RawRequest;
  readonly sent: RequestMessage;
  /** Of an operation whose fields travel as a form. */
  readonly form: OpenedForm | undefined;
  readonly found: Address;
  readonly facts: BodyFacts;
  readonly bucket: Bucket | undefined;
  readonly peer: Peer;
  readonly trace: Trace;
}

/** The steps from the caller on. A form stands for the head: its fields say who sends it, and once they are admitted, they are members like those of any head. */
async function answerOperation(parts: ServerParts, routed: RoutedRequest): Promise<ResponseMessage> {
  const { operation, definition, raw, sent, form, found, bucket, peer, trace } = routed;
  const principal = definition.preflight === true ? anonymous : identify(parts, form?.message ?? sent, found, bucket, operation);
  trace.principal = principal.kind === 'anonymous' ? 'anonymous' : principal.accessKeyId;
  const { message, address, facts, meter } =
    form === undefined
      ? { message: sent, address: found, facts: routed.facts, meter: trace.received }
      : admitForm(form, found, parts.config.clock.now());
  trace.key = address.key;
  const { request: head, fault } = decodeHead(definition, message);
  const judging = { parts, definition, message, principal, address, peer };
  const guard = guardOf(judging, head, false);
  await authorizeTarget(parts, principal, guard, bucket, { ...address, versionId: head['versionId'] });
  if (fault !== undefined) throw fault;
  judgeUnknownNames(parts, definition, message);
  const shape = trafficShaper(head, parts.config.clock, () => raw.signal);
  const received = await receiveBody(definition, head, message, { facts, meter, shape });
  const bodyGuard = !hasDocument(definition) ? guard : guardOf(judging, received.request, true);
  const { hasBody } = received;
  const context = handlerContext(parts, { raw, peer, trace, address, bucket, principal, guard: bodyGuard, facts, hasBody });
  const result = await runHandler(operation, received.request, context);
  const { body, ...answer } = encodeResult(definition, result, contextOf(message.query));
  return body === undefined ? answer : { ...answer, body: shape(body) };
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
  const { identities, config } = parts;
  const hostRegions = address.hostRegion === undefined ? undefined : [address.hostRegion];
  const regions = bucket !== undefined ? [bucket.region] : makesBucket(operation) ? hostRegions : config.regions;
  return authenticate(message, { identities, nowMs: config.clock.now(), regions });
}

interface Judging {
  readonly parts: ServerParts;
  readonly definition: Definition;
  readonly message: RequestMessage;
  readonly principal: Principal;
  readonly address: Address;
  readonly peer: Peer;
}

/** `isWhole`: the body is decoded as well. What it names, and the tags that it sets, are judged then. */
function guardOf(judging: Judging, request: RequestFields, isWhole: boolean): Guard {
  const { parts, definition, principal, address, peer } = judging;
  const environment = environmentOf({
    ...judging,
    request,
    isWhole,
    nowMs: parts.config.clock.now(),
    sourceIp: peer.remoteAddress,
    isSecure: peer.secure,
    accountBlocksPublicAccess: parts.identities.blocksPublicAccess,
    region: requestedRegionOf(parts, address, principal) ?? parts.config.regions[0],
  });
  const sources = {
    currentPrincipal: () => currentPrincipal(parts.identities, principal),
    // The same region as in the ARNs that KMS tells.
    keyNames: { region: parts.config.regions[0], serviceKeyId: () => parts.masterKeys?.serviceKeyId },
  };
  return createGuard(sources, definition.permissions(request), address, environment);
}

/**
 * The account needs no row beside the bucket's, unless a policy asks for the tags of what stands there; the ACL of an object only matters to others. Sources are judged by the handler, in the
 * commit that reads them: there is nothing to spare a copy by judging them twice.
 */
async function authorizeTarget(
  parts: ServerParts,
  principal: Principal,
  guard: Guard,
  bucket: Bucket | undefined,
  { key, versionId }: Pick<Address, 'key'> & { readonly versionId: unknown },
): Promise<void> {
  if (bucket === undefined) return guard.withoutBucket();
  const isOwner = principal.kind === 'account' && principal.ownerId === bucket.ownerId;
  const asksTags = configurationOf(bucket, policyConfiguration)?.asksExistingTags === true;
  if ((isOwner && !asksTags) || key === undefined) {
    guard.target(bucket, undefined);
    return;
  }
  const rows = await parts.store.headObject({ bucket: bucket.name, key, ...(typeof versionId === 'string' ? { versionId } : {}) });
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
  { facts, meter, shape }: { readonly facts: BodyFacts; readonly meter: Meter; readonly shape: ReturnType<typeof trafficShaper> },
): Promise<{ readonly request: RequestFields; readonly hasBody: boolean }> {
  const bounds = { ...facts, limitBytes: definition.bodyLimitBytes };
  const stream = streamField(definition);
  if (stream !== undefined) {
    return { request: { ...head, [stream]: shape(boundBody(message.body, bounds, meter)) }, hasBody: true };
  }
  if (!hasDocument(definition)) return { request: head, hasBody: false };
  const bytes = await readBody(message.body, bounds, meter);
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
  readonly trace: Trace;
  readonly address: Address;
  readonly bucket: Bucket | undefined;
  readonly principal: Principal;
  readonly guard: Guard;
  readonly facts: BodyFacts;
  readonly hasBody: boolean;
}

function handlerContext(
  parts: ServerParts,
  { raw, peer, trace, address, bucket, principal, guard, facts, hasBody }: ContextFacts,
): HandlerContext {
  const { config, store, keyRing, lifecycle, account, identities } = parts;
  return {
    store,
    keyRing,
    lifecycle,
    guard,
    config,
    identities,
    requestId: trace.id,
    clientAddress: peer.remoteAddress,
    principal,
    bucket,
    ownerId: account.ownerId,
    isAnonymous: principal.kind === 'anonymous',
    requestedRegion: requestedRegionOf(parts, address, principal),
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

/** The region that a request names, by its Host or by the scope of its signature. */
function requestedRegionOf({ config }: ServerParts, address: Address, principal: Principal): string | undefined {
  const signingRegion = principal.kind === 'anonymous' ? undefined : principal.signingRegion;
  return address.hostRegion ?? config.regions.find((region) => region === signingRegion);
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
