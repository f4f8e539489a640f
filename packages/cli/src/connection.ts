import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, type ClientOptions, createClient, InvalidRequestError } from '@ossature/client';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** The options that every command which talks to a service has. */
export interface ConnectionOptions {
  readonly accessKeyId?: string | undefined;
  readonly accessKeySecret?: string | undefined;
  readonly stsToken?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** `local`: the account of a data directory, and a server on this machine. */
  readonly profile?: string | undefined;
  readonly data?: string | undefined;
}

export type Connection = Pick<ClientOptions, 'endpoint' | 'region' | 'credentials'>;

/** What `serve` listens on by default. */
export const localEndpoint = 'http://127.0.0.1:9720';
export const localRegion = 'cn-hangzhou';

/** A client of the service that options, profile and environment name. Throws `UsageError` where they do not suffice. */
export async function connect(options: ConnectionOptions, terminal: Terminal): Promise<Client> {
  const connection = await resolveConnection(options, terminal.environment);
  try {
    return createClient(connection);
  } catch (error) {
    // An endpoint, or a region that makes none.
    throw error instanceof InvalidRequestError ? new UsageError(error.message) : error;
  }
}

/**
 * Options count most; then a profile, which was asked for by name; then the environment (`OSS_…`, as ossutil 2 and the v2 SDKs have it).
 * The keys and the endpoint come from the same place where a profile is named: keys of one service are never sent to another by chance.
 */
export async function resolveConnection(options: ConnectionOptions, environment: Terminal['environment']): Promise<Connection> {
  const fallback = options.profile === undefined ? fromEnvironment(environment) : await fromProfile(options.profile, options.data);
  if (options.profile === undefined && options.data !== undefined) throw new UsageError('--data goes with --profile local.');
  const accessKeyId = options.accessKeyId ?? fallback.accessKeyId;
  const accessKeySecret = options.accessKeySecret ?? fallback.accessKeySecret;
  const securityToken = options.stsToken ?? (options.accessKeyId === undefined ? fallback.stsToken : undefined);
  const region = options.region ?? fallback.region;
  if (!accessKeyId || !accessKeySecret) {
    throw new UsageError('No credentials: give -i and -k, or set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, or use --profile local.');
  }
  if (!region) throw new UsageError('No region: give --region, or set OSS_REGION.');
  return {
    endpoint: options.endpoint ?? fallback.endpoint,
    region,
    credentials: { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) },
  };
}

type Fallback = Omit<ConnectionOptions, 'profile' | 'data'>;

function fromEnvironment(environment: Terminal['environment']): Fallback {
  const set = (name: string) => environment[name] || undefined;
  return {
    accessKeyId: set('OSS_ACCESS_KEY_ID'),
    accessKeySecret: set('OSS_ACCESS_KEY_SECRET'),
    stsToken: set('OSS_SESSION_TOKEN'),
    endpoint: set('OSS_ENDPOINT'),
    region: set('OSS_REGION'),
  };
}

async function fromProfile(profile: string, data = './data'): Promise<Fallback> {
  if (profile !== 'local') throw new UsageError(`There is no profile "${profile}"; the one there is: local.`);
  const file = join(data, 'account.json');
  const account = parseAccount(await readFile(file, 'utf8').catch((error: unknown) => missing(file, error)));
  if (account === undefined) throw new UsageError(`${file} does not hold an account.`);
  return { ...account, endpoint: localEndpoint, region: localRegion };
}

function missing(file: string, error: unknown): never {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  throw new UsageError(`${file} cannot be read (${reason}): "ossature serve --data DIR" makes it, and --data DIR names it.`);
}

function parseAccount(text: string): { readonly accessKeyId: string; readonly accessKeySecret: string } | undefined {
  try {
    const { accessKeyId, accessKeySecret } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return typeof accessKeyId === 'string' && typeof accessKeySecret === 'string' ? { accessKeyId, accessKeySecret } : undefined;
  } catch {
    return undefined;
  }
}
