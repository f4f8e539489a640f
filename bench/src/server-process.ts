import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  readonly endpoint: string;
  readonly pid: number;
  readonly data: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  stop(): Promise<void>;
}

/** `ossature serve` in a process of its own, on a new data directory, as a person would start it. */
export async function startServerProcess(options: readonly string[] = []): Promise<ServerProcess> {
  const data = mkdtempSync(join(process.env['OSSATURE_BENCH_DIR'] ?? tmpdir(), 'ossature-bench-'));
  const accessKeyId = `bench${randomBytes(4).toString('hex')}`;
  const accessKeySecret = randomBytes(20).toString('hex');
  const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'serve', '--data', data, '--port', '0', ...options], {
    env: { ...process.env, OSSATURE_ACCESS_KEY_ID: accessKeyId, OSSATURE_ACCESS_KEY_SECRET: accessKeySecret },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endpoint = await endpointOf(child);
  return {
    endpoint,
    pid: child.pid ?? 0,
    data,
    accessKeyId,
    accessKeySecret,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await ended;
      }
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (line: string) => {
      output = `${output}${line}\n`.slice(-4000);
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
      if (match) resolve(match[0]);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface({ input: stream }).on('line', read);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  });
}
