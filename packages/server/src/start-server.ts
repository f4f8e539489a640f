import { limits, type RawRequest, type RawResponse, type ResponseMessage } from '@ossature/protocol';
import { type KeyRing, openStore, type Store } from '@ossature/store';
import { type DestinationStream, type Logger, pino } from 'pino';
import { type Account, loadAccount } from './auth/account.ts';
import { compileNetworks, type Networks } from './authorization/ip-network.ts';
import { newBucketConfigurations } from './bucket-configurations/public-access-block.ts';
import { resolveConfig, type ServerConfig, type ServerOptions } from './config.ts';
import { LocalKeyRing } from './encryption/local-key-ring.ts';
import { answerGarbage, answerRequest } from './http/answer.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { type NodeServer, type Peer, type SocketLimits, startNodeServer } from './http/node-server.ts';
import type { ServerParts } from './http/pipeline.ts';
import { Identities } from './identity/identities.ts';
import { LifecycleRunner, type LifecycleTally } from './lifecycle/lifecycle-runner.ts';
import { RuleBook } from './lifecycle/rule-book.ts';
import { Nonces } from './rpc/nonces.ts';
import { serverActions } from './rpc/server-actions.ts';
import { openServerKey } from './secrets/open-server-key.ts';

export interface RunningServer {
  /** Where programs on this machine reach it: `http://127.0.0.1:9720`. */
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  /** The first one. */
  readonly region: string;
  readonly account: Account;
  /** Where the account is kept; undefined for one that was given, and for a server in memory. */
  readonly accountFile: string | undefined;
  /** The account was made now: its secret is to be shown once. */
  readonly accountMinted: boolean;
  /** The engine, for tests. */
  readonly store: Store;
  /** The master keys that the server keeps itself; undefined where it was given a key ring. */
  readonly masterKeys: LocalKeyRing | undefined;
  /** Carries out the lifecycle rules of all buckets once, as the server does by itself every hour. */
  runLifecycle(): Promise<LifecycleTally>;
  /** The whole pipeline without a socket: what a transport in memory sends to. Never rejects. */
  handle(request: RawRequest, peer?: Peer): Promise<RawResponse>;
  /** Lets requests in flight end, within 30 seconds, and closes the store. Called again, it answers the same promise. */
  close(): Promise<void>;
}

/** What the sockets are held to. */
const socketLimits: SocketLimits = {
  headBytes: limits.headMaxBytes,
  headMs: limits.headTimeoutMs,
  idleMs: limits.bodyIdleTimeoutMs,
  keepAliveMs: limits.keepAliveTimeoutMs,
  stopMs: limits.gracefulStopTimeoutMs,
  drainBytes: limits.drainMaxBytes,
  lingerMs: limits.lingerTimeoutMs,
  pipelinedMax: limits.pipelinedRequestsMax,
};

/** The address of a test's transport. */
const localPeer: Peer = { remoteAddress: '127.0.0.1', secure: false };

/**
 * Starts a server and resolves when it can be reached. Rejects with a RangeError for a bad option, with a StoreError where another process owns
 * the data directory, and with the system's error where the address is in use; nothing is left open then.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const config = resolveConfig(options);
  const log = createLogger(config);
  const metrics = createMetrics();
  const { keyRing, masterKeys } = keysOf(config);
  const store = await openConfigured(config, keyRing, log, metrics);
  try {
    const serverKey = await openServerKey(store, config);
    await masterKeys?.load(store, serverKey);
    const loaded = await loadAccount(config.data, config.account, config.random);
    await makeBuckets(store, config, loaded.account);
    const lifecycle = await RuleBook.open(store);
    const { account } = loaded;
    const { clock, random } = config;
    const identities = await Identities.load({ store, key: serverKey, account, random, now: () => clock.now() });
    const actions = serverActions({ identities, masterKeys, clock, region: config.regions[0] });
    const rpc = { identities, actions, nonces: new Nonces(), now: () => clock.now() };
    const access = { account, identities, rpc, proxies: proxiesOf(config) };
    return await serve({ config, log, metrics, store, serverKey, keyRing, masterKeys, lifecycle, ...access }, loaded);
  } catch (error) {
    await store.close();
    throw error;
  }
}

type Opened = Omit<ServerParts, 'isStopping' | 'publicUrl'>;

async function serve(opened: Opened, loaded: { readonly file: string | undefined; readonly minted: boolean }): Promise<RunningServer> {
  const { config, store, account, masterKeys } = opened;
  let endpoint = '';
  let closing: Promise<void> | undefined;
  const inFlight = new InFlight();
  const parts: ServerParts = {
    ...opened,
    isStopping: () => closing !== undefined,
    publicUrl: () => config.publicUrl ?? endpoint,
  };
  const server = await startNodeServer({
    host: config.host,
    port: config.port,
    tls: config.tls,
    limits: socketLimits,
    answer: (request, peer) => inFlight.track(answerRequest(parts, request, peer)),
    refuse: (error) => answerGarbage(parts, error),
  });
  endpoint = endpointOf(config, server.port);
  const runner = new LifecycleRunner({ store, book: opened.lifecycle, clock: config.clock, log: opened.log });
  runner.start();
  return {
    endpoint,
    host: config.host,
    port: server.port,
    region: config.regions[0],
    account,
    accountFile: loaded.file,
    accountMinted: loaded.minted,
    store,
    masterKeys,
    runLifecycle: () => runner.run(),
    handle: async (request, peer = localPeer) => rawResponseOf(await inFlight.track(answerRequest(parts, request, peer))),
    close: () => {
      closing ??= stop(server, runner, inFlight, opened);
      return closing;
    },
  };
}

/** Copies, completes and deletes go on when their client has gone: the store is not closed under them. */
async function stop(server: NodeServer, runner: LifecycleRunner, inFlight: InFlight, { store, config }: Opened): Promise<void> {
  await server.stop();
  await runner.stop();
  await inFlight.ended(limits.gracefulStopTimeoutMs, config);
  await store.close();
}

/** The requests that are being answered. */
class InFlight {
  readonly #requests = new Set<Promise<unknown>>();

  track<T>(request: Promise<T>): Promise<T> {
    this.#requests.add(request);
    void request.finally(() => this.#requests.delete(request));
    return request;
  }

  async ended(limitMs: number, { clock }: ServerConfig): Promise<void> {
    if (this.#requests.size === 0) return;
    const controller = new AbortController();
    await Promise.race([Promise.allSettled(this.#requests), clock.sleep(limitMs, controller.signal)]);
    controller.abort();
  }
}

function createLogger({ log, clock }: ServerConfig): Logger {
  const timestamp = () => `,"time":${clock.now()}`;
  if (log === false) return pino({ enabled: false });
  if (isDestination(log)) return pino({ base: null, timestamp }, log);
  return pino({ base: null, timestamp, level: log ?? 'info' });
}

function isDestination(log: ServerConfig['log']): log is DestinationStream {
  return typeof log === 'object';
}

/** Those of a program, else the server's own, which can be used once the store is open. */
function keysOf(config: ServerConfig): { readonly keyRing: KeyRing; readonly masterKeys: LocalKeyRing | undefined } {
  if (config.keyRing !== undefined) return { keyRing: config.keyRing, masterKeys: undefined };
  const masterKeys = new LocalKeyRing(config);
  return { keyRing: masterKeys, masterKeys };
}

function openConfigured(config: ServerConfig, keys: KeyRing, log: Logger, metrics: Metrics): Promise<Store> {
  const { data, quarantineMs, clock, random } = config;
  return openStore({
    data,
    ...(quarantineMs === undefined ? {} : { quarantineMs }),
    keys,
    clock,
    random,
    alarm: (message, facts) => {
      metrics.alarmed();
      log.error(facts, message);
    },
  });
}

/** Whose word counts about where a request came from. */
function proxiesOf({ trustProxy }: ServerConfig): Networks | undefined {
  return trustProxy.length === 0 ? undefined : compileNetworks(trustProxy);
}

async function makeBuckets(
  store: Store,
  { buckets, regions: [region], blockPublicAccess }: ServerConfig,
  { ownerId }: Account,
): Promise<void> {
  for (const name of buckets) {
    await store.putBucket(
      name,
      (existing) =>
        existing ?? {
          region,
          ownerId,
          acl: 'private',
          storageClass: 'Standard',
          dataRedundancyType: 'LRS',
          configurations: newBucketConfigurations(blockPublicAccess),
        },
    );
  }
}

/** An address that a program can connect to: a server that listens everywhere is reached on this machine. */
function endpointOf({ host, tls }: ServerConfig, port: number): string {
  const local = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${tls === undefined ? 'http' : 'https'}://${local.includes(':') ? `[${local}]` : local}:${port}`;
}

function rawResponseOf({ status, headers, body }: ResponseMessage): RawResponse {
  return { status, headers, body: body instanceof Uint8Array || body === undefined ? once(body) : body };
}

async function* once(bytes: Uint8Array | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes !== undefined && bytes.length > 0) yield bytes;
}
