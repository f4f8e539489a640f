import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { bucketNameFault } from '@ossature/protocol';
import { type Clock, type KeyRing, type Random, systemClock, systemRandom } from '@ossature/store';
import type { DestinationStream } from 'pino';

export interface AccountOptions {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** 16 digits; rarely needed. */
  readonly ownerId?: string | undefined;
}

/** How a server is started. Everything but `data` has a default. */
export interface ServerOptions {
  /** A directory, made where it is missing and owned by one process; or `memory`. */
  readonly data: 'memory' | (string & {});
  /** The address to listen on; default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 9720; 0 takes a free one. */
  readonly port?: number | undefined;
  /** The first one is the default of new buckets; default `cn-hangzhou` alone. */
  readonly regions?: readonly string[] | undefined;
  /** Made at the start, where they are missing, in the first region. */
  readonly buckets?: readonly string[] | undefined;
  /** Default: the account of the data directory, minted where there is none. */
  readonly account?: AccountOptions | undefined;
  /** Hosts whose bare name is for path style and whose sub-domains are buckets; `localhost` always is one. */
  readonly baseDomains?: readonly string[] | undefined;
  /** PEM texts: the server speaks https then, and nothing else. */
  readonly tls?: { readonly cert: string | Uint8Array; readonly key: string | Uint8Array } | undefined;
  /** What programs reach this server by, as ListBuckets tells them; default: the address it listens on. */
  readonly publicUrl?: string | undefined;
  /** How long bytes are kept that nothing holds any more, in milliseconds. */
  readonly quarantineMs?: number | undefined;
  /** Refuses `x-oss-*` headers that OSS does not know, which are ignored otherwise. */
  readonly strict?: boolean | undefined;
  /** Copies are not held to the sizes that OSS allows (5 GB to another bucket, 1 GB where the class or the encryption changes). */
  readonly unlimitedCopy?: boolean | undefined;
  /** Refuses copies from buckets with a retention policy too, as the guides of the SDKs have it; default: only what would be changed is protected. */
  readonly strictRetentionOnSource?: boolean | undefined;
  /** Whether new buckets block public access until that is switched off, as OSS has it; default true. */
  readonly blockPublicAccess?: boolean | undefined;
  /** Hosts that callbacks may be sent to: `example.com`, `example.com:8080`; default: callbacks are refused. */
  readonly callbackAllow?: readonly string[] | undefined;
  /** Addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed; default none. */
  readonly trustProxy?: readonly string[] | undefined;
  /** How long every restoration of an archived object takes, in milliseconds; default: as long as OSS says for class and tier. */
  readonly restoreMs?: number | undefined;
  /** The file with the server's key, 32 bytes in hex, under which secrets and master keys are kept; default `server.key` in the data directory, made where it is missing. */
  readonly keyFile?: string | undefined;
  /**
   * Where master keys are kept instead of in the store: a remote KMS. It wraps the content keys of what is encrypted (`AES256` and `KMS` alike) and opens them again; the
   * server's own KMS actions are refused then. It must be the same one with every start over a data directory.
   */
  readonly keyRing?: KeyRing | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Where the log lines go, or the least level that goes to standard output (`info` by default), or false for none. */
  readonly log?: DestinationStream | 'debug' | 'info' | 'warn' | 'error' | false | undefined;
}

/** Options, checked and complete. */
export interface ServerConfig extends ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly regions: readonly [string, ...string[]];
  readonly buckets: readonly string[];
  readonly baseDomains: readonly string[];
  readonly strict: boolean;
  readonly unlimitedCopy: boolean;
  readonly strictRetentionOnSource: boolean;
  readonly blockPublicAccess: boolean;
  readonly callbackAllow: readonly string[];
  readonly trustProxy: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
}

/** Throws a RangeError that names the option and what it must be. */
export function resolveConfig(options: ServerOptions): ServerConfig {
  const [firstRegion = 'cn-hangzhou', ...otherRegions] = options.regions ?? [];
  const config: ServerConfig = {
    ...options,
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 9720,
    regions: [firstRegion, ...otherRegions],
    buckets: options.buckets ?? [],
    baseDomains: baseDomainsOf(options.baseDomains ?? []),
    strict: options.strict ?? false,
    unlimitedCopy: options.unlimitedCopy ?? false,
    strictRetentionOnSource: options.strictRetentionOnSource ?? false,
    blockPublicAccess: options.blockPublicAccess ?? true,
    callbackAllow: options.callbackAllow ?? [],
    trustProxy: options.trustProxy ?? [],
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
  demand(config.data !== '', 'data', 'a directory or `memory`');
  demand(Number.isInteger(config.port) && config.port >= 0 && config.port <= 65535, 'port', 'an integer from 0 to 65535');
  for (const region of config.regions) {
    demand(/^[a-z0-9][a-z0-9-]{1,40}$/.test(region), 'regions', `region ids such as cn-hangzhou, not ${region}`);
    demand(!region.startsWith('oss-') && !region.endsWith('-internal'), 'regions', `bare region ids, not ${region}`);
  }
  judgeTls(options.tls);
  for (const bucket of config.buckets) demand(bucketNameFault(bucket) === undefined, 'buckets', `bucket names, not ${bucket}`);
  for (const base of config.baseDomains) {
    demand(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(base), 'baseDomains', `domain names, not ${base}`);
  }
  const { quarantineMs, publicUrl, account, restoreMs } = options;
  demand(restoreMs === undefined || (Number.isFinite(restoreMs) && restoreMs >= 0), 'restoreMs', 'not negative');
  for (const host of config.callbackAllow) demand(/^[a-z0-9.[\]:-]+$/i.test(host), 'callbackAllow', `hosts, not ${host}`);
  for (const proxy of config.trustProxy) demand(isNetwork(proxy), 'trustProxy', `addresses or networks, not ${proxy}`);
  demand(quarantineMs === undefined || (Number.isFinite(quarantineMs) && quarantineMs >= 0), 'quarantineMs', 'not negative');
  demand(publicUrl === undefined || /^https?:\/\/[^/\s]+$/.test(publicUrl), 'publicUrl', 'scheme and host without a path');
  if (account !== undefined) {
    demand(/^[\w.-]{1,128}$/.test(account.accessKeyId), 'account.accessKeyId', 'letters, digits, `.`, `_` and `-`');
    demand(account.accessKeySecret !== '', 'account.accessKeySecret', 'not empty');
    demand(account.ownerId === undefined || /^\d{16}$/.test(account.ownerId), 'account.ownerId', '16 digits');
  }
  return config;
}

/** A key that does not fit, or a file that is no PEM, is told before anything is opened; what OpenSSL says of it names no option. */
function judgeTls(tls: ServerOptions['tls']): void {
  if (tls === undefined) return;
  try {
    createSecureContext({ cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) });
  } catch (error) {
    throw new RangeError(`The option tls must be a certificate and its private key in PEM: ${(error as Error).message}.`);
  }
}

function demand(holds: boolean, option: string, form: string): void {
  if (!holds) throw new RangeError(`The option ${option} must be ${form}.`);
}

/** An address, or a network such as `10.0.0.0/8`. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Lower case, `localhost` among them, longest first. */
function baseDomainsOf(domains: readonly string[]): readonly string[] {
  const names = new Set(['localhost', ...domains.map((domain) => domain.toLowerCase().replace(/^\./, ''))]);
  return [...names].sort((a, b) => b.length - a.length);
}
