import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { testAccount } from './sender.test.support.ts';
import { startServer } from './start-server.ts';

/** A server in a process of its own: it can be killed, and live under limits of the system. */
export interface ChildServer {
  readonly endpoint: string;
  /** SIGKILL; `ended` tells when it is gone. */
  kill(): void;
  /** Lets it close its store. */
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

/** Serves a directory with the bucket `bkt`. `fileBlocks`: no file may grow beyond so many blocks, of 512 bytes or of 1 KiB, as the shell has it. */
export async function serveInChild(directory: string, options: { readonly fileBlocks?: number } = {}): Promise<ChildServer> {
  const limit = options.fileBlocks === undefined ? '' : `ulimit -f ${options.fileBlocks}; `;
  const script = `import(${JSON.stringify(import.meta.url)}).then(({ serveHere }) => serveHere(process.argv[1]))`;
  const child = spawn('sh', ['-c', `${limit}exec "$0" -e "$1" "$2"`, process.execPath, script, directory], {
    // A store that meets its limits says so by itself.
    stdio: ['pipe', 'pipe', options.fileBlocks === undefined ? 'inherit' : 'ignore'],
  });
  const ended = once(child, 'exit').then(() => undefined);
  const said = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  if (said === undefined) throw new Error('The server in a child did not start.');
  return {
    endpoint: String(said[0]),
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      child.stdin.end();
      await ended;
    },
    ended,
  };
}

/** What the child does: it tells its endpoint, and ends with its standard input. */
export async function serveHere(data: string): Promise<void> {
  // What is let go is due at once: the collector is to be killed at its work, too.
  const server = await startServer({ data, port: 0, account: testAccount, buckets: ['bkt'], log: false, quarantineMs: 1 });
  writeSync(1, `${server.endpoint}\n`);
  process.stdin.resume().once('end', () => void server.close().then(() => process.exit(0)));
}
