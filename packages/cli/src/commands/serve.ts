import { readFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { type RunningServer, type ServerOptions, startServer } from '@ossature/server';
import { localEndpoint, localRegion } from '../connection.ts';
import { parseDurationMs, parseInteger } from '../quantity.ts';
import { readServeConfig, type ServeConfig } from '../serve-config.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { raiseHeapFloor } from './heap-floor.ts';

/** The options of the command line; those of the configuration file have the names of `ServeConfig`. */
export interface ServeOptions {
  readonly data?: string;
  readonly memory?: true;
  readonly host?: string;
  readonly port?: string;
  readonly region?: string[];
  readonly bucket?: string[];
  readonly baseDomain?: string[];
  readonly publicUrl?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly quarantine?: string;
  readonly strict?: true;
  readonly unlimitedCopy?: true;
  readonly strictRetentionOnSource?: true;
  /** False for `--no-block-public-access`; commander makes it true where nothing is said. */
  readonly blockPublicAccess?: boolean;
  readonly callbackAllow?: string[];
  readonly trustProxy?: string[];
  readonly restoreTime?: string;
  readonly keyFile?: string;
  readonly config?: string;
  readonly logLevel?: ServeConfig['logLevel'];
}

/** Serves until the command is to end, and then lets requests in flight end. */
export async function serve(options: ServeOptions, terminal: Terminal): Promise<void> {
  const serverOptions = await resolveServer(options, terminal.environment);
  raiseHeapFloor();
  const server = await startServer(serverOptions).catch((error: unknown) => {
    // The server names its options as this command does.
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  });
  announce(server, serverOptions, terminal);
  await new Promise<void>((resolve) => {
    if (terminal.signal.aborted) resolve();
    terminal.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  terminal.say('Stopping.');
  await server.close();
}

/** What the command line, the configuration file and the environment amount to. */
export async function resolveServer(options: ServeOptions, environment: Terminal['environment']): Promise<ServerOptions> {
  const config = options.config === undefined ? {} : await readServeConfig(options.config);
  const memory = options.memory ?? (options.data === undefined ? config.memory : undefined);
  const data = options.data ?? (options.memory === undefined ? config.data : undefined);
  if ((data === undefined) === !memory) throw new UsageError('Say where to keep the data: --data DIR, or --memory.');
  const port = options.port === undefined ? config.port : parseInteger(options.port, '--port', 0, 65_535);
  const quarantine = options.quarantine ?? config.quarantine;
  const restoreTime = options.restoreTime ?? config.restoreTime;
  const logLevel = options.logLevel ?? config.logLevel ?? 'info';
  return {
    data: data ?? 'memory',
    host: options.host ?? config.host,
    port,
    regions: options.region ?? config.regions,
    buckets: options.bucket ?? config.buckets,
    baseDomains: options.baseDomain ?? config.baseDomains,
    publicUrl: options.publicUrl ?? config.publicUrl,
    tls: await readTls(options.tlsCert ?? config.tlsCert, options.tlsKey ?? config.tlsKey),
    quarantineMs: quarantine === undefined ? undefined : parseDurationMs(quarantine, '--quarantine'),
    strict: options.strict ?? config.strict,
    unlimitedCopy: options.unlimitedCopy ?? config.unlimitedCopy,
    strictRetentionOnSource: options.strictRetentionOnSource ?? config.strictRetentionOnSource,
    blockPublicAccess: options.blockPublicAccess === false ? false : config.blockPublicAccess,
    callbackAllow: options.callbackAllow ?? config.callbackAllow,
    trustProxy: options.trustProxy ?? config.trustProxy,
    restoreMs: restoreTime === undefined ? undefined : parseDurationMs(restoreTime, '--restore-time'),
    keyFile: options.keyFile ?? config.keyFile,
    account: accountOf(environment) ?? config.account,
    log: logLevel === 'off' ? false : logLevel,
  };
}

async function readTls(cert: string | undefined, key: string | undefined): Promise<ServerOptions['tls']> {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new UsageError('--tls-cert and --tls-key go together.');
  return { cert: await readFile(cert), key: await readFile(key) };
}

function accountOf(environment: Terminal['environment']): ServerOptions['account'] {
  const accessKeyId = environment['OSSATURE_ACCESS_KEY_ID'] || undefined;
  const accessKeySecret = environment['OSSATURE_ACCESS_KEY_SECRET'] || undefined;
  if (accessKeyId === undefined && accessKeySecret === undefined) return undefined;
  if (accessKeyId === undefined || accessKeySecret === undefined) {
    throw new UsageError('OSSATURE_ACCESS_KEY_ID and OSSATURE_ACCESS_KEY_SECRET go together.');
  }
  return { accessKeyId, accessKeySecret };
}

/** Says where the server is and how to use it. The secret of a new account is shown here, once, and nowhere else. */
function announce(server: RunningServer, options: ServerOptions, terminal: Terminal): void {
  const { account, accountFile, accountMinted } = server;
  terminal.say(`Ossature serves ${server.endpoint}, region ${server.region}.`);
  if (accountFile !== undefined) terminal.say(`The account is kept in ${accountFile}.`);
  else if (!accountMinted) terminal.say('The account is the one that was given.');
  if (accountMinted) {
    terminal.say(`A new account was made. Its secret is shown this once:`);
    terminal.say(`  access key id      ${account.accessKeyId}`);
    terminal.say(`  access key secret  ${account.accessKeySecret}`);
  }
  terminal.say('');
  terminal.say(accountFile === undefined ? 'With the account in OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, paste:' : 'To try it, paste:');
  const how = connectionArguments(server, options);
  const self = selfCommand();
  terminal.say(`  ${self} mb oss://my-bucket ${how}`);
  terminal.say(`  ${self} cp package.json oss://my-bucket/a.json ${how}`);
  terminal.say(`  ${self} cp oss://my-bucket/a.json oss://my-bucket/b.json ${how}`);
  terminal.say('');
}

function connectionArguments(server: RunningServer, options: ServerOptions): string {
  const endpoint = server.endpoint === localEndpoint ? '' : ` -e ${server.endpoint}`;
  const region = server.region === localRegion ? '' : ` --region ${server.region}`;
  if (server.accountFile === undefined) return `-e ${server.endpoint} --region ${server.region}`;
  return `--profile local --data ${quoted(relative('', options.data) || '.')}${endpoint}${region}`;
}

/** How this program was called, as it can be called again. */
function selfCommand(): string {
  const path = process.argv[1] ?? 'ossature';
  return basename(path) === 'ossature' ? 'ossature' : `node ${quoted(relative('', path) || path)}`;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
