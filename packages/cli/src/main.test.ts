import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@ossature/client';
import { type RunningServer, startServer } from '@ossature/server';
import { afterEach, describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, 'main.js');

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ossature-main-'));
  folders.push(folder);
  return folder;
}

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function finish(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    texts.stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    texts.stderr += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

/** Starts `serve` on a free port, and answers what it said up to the line with the commands to paste. */
async function serve(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = start(['serve', '--port', '0', ...args], environment);
  const lines: string[] = [];
  const { stderr } = child;
  if (stderr === null) throw new Error('no standard error');
  for await (const line of createInterface({ input: stderr })) {
    lines.push(line);
    if (/ cp oss:\/\/\S+ oss:/.test(line)) break;
  }
  const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(lines.join('\n'))?.[0];
  if (endpoint === undefined) throw new Error(`The server did not start:\n${lines.join('\n')}`);
  return { child, lines, endpoint };
}

describe('ossature serve', () => {
  it('mints an account once, keeps it, and the commands that it shows work', async () => {
    const folder = await makeFolder();
    const data = join(folder, 'data');
    const first = await serve(['--data', data]);
    const account = JSON.parse(await readFile(join(data, 'account.json'), 'utf8')) as { accessKeyId: string; accessKeySecret: string };
    expect((await stat(join(data, 'account.json'))).mode & 0o777).toBe(0o600);
    const text = first.lines.join('\n');
    expect(text.split(account.accessKeySecret)).toHaveLength(2);
    expect(text).toContain(`The account is kept in ${join(data, 'account.json')}`);

    await writeFile(join(folder, 'package.json'), '{}');
    const commands = first.lines.filter((line) => line.includes(' oss://'));
    expect(commands).toHaveLength(3);
    for (const command of commands) {
      const args = command.trim().split(' ').slice(2);
      const from = args.map((arg) => (arg === 'package.json' ? join(folder, arg) : arg));
      expect(await finish(start(from))).toMatchObject({ code: 0 });
    }
    first.child.kill('SIGTERM');
    expect((await finish(first.child)).code).toBe(0);

    const second = await serve(['--data', data]);
    expect(second.lines.join('\n')).not.toContain(account.accessKeySecret);
    const local = ['--profile', 'local', '--data', data, '-e', second.endpoint];
    expect((await finish(start(['ls', '-r', 'oss://my-bucket', ...local]))).stdout).toMatch(/a\.json\n.*b\.json\n$/);
    second.child.kill('SIGINT');
    expect((await finish(second.child)).code).toBe(0);
  });

  it('takes the account of the environment, shows no secret, and makes buckets', async () => {
    const environment = { OSSATURE_ACCESS_KEY_ID: 'myid', OSSATURE_ACCESS_KEY_SECRET: 'mysecret' };
    const { lines, endpoint } = await serve(['--memory', '--bucket', 'first', 'second'], environment);
    expect(lines.join('\n')).not.toContain('mysecret');
    const client = { OSS_ACCESS_KEY_ID: 'myid', OSS_ACCESS_KEY_SECRET: 'mysecret', OSS_ENDPOINT: endpoint, OSS_REGION: 'cn-hangzhou' };
    const { stdout, code } = await finish(start(['ls'], client));
    expect(code).toBe(0);
    expect(stdout).toMatch(/oss:\/\/first\n.*oss:\/\/second\n$/);
    const wrong = await finish(start(['ls'], { ...client, OSS_ACCESS_KEY_SECRET: 'other' }));
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('SignatureDoesNotMatch') });
    expect(wrong.stderr).not.toContain('other');
  });

  it('ends with 1 for options that make no sense, and with 3 where the directory or the port is taken', async () => {
    expect((await finish(start(['serve']))).code).toBe(1);
    expect((await finish(start(['serve', '--memory', '--region', 'NO REGION']))).code).toBe(1);
    const data = join(await makeFolder(), 'data');
    const { endpoint } = await serve(['--data', data]);
    expect((await finish(start(['serve', '--data', data, '--port', '0']))).code).toBe(3);
    expect((await finish(start(['serve', '--memory', '--port', new URL(endpoint).port]))).code).toBe(3);
  });
});

/** What a command needs to reach a server. */
function environmentOf({ account, endpoint, region }: RunningServer): Readonly<Record<string, string>> {
  const { accessKeyId, accessKeySecret } = account;
  return { OSS_ACCESS_KEY_ID: accessKeyId, OSS_ACCESS_KEY_SECRET: accessKeySecret, OSS_ENDPOINT: endpoint, OSS_REGION: region };
}

describe('a command to which nobody listens', () => {
  it('ends as it would', async () => {
    const server = await startServer({ data: 'memory', port: 0, buckets: ['first'], log: false });
    try {
      const list = start(['ls'], environmentOf(server));
      list.stderr?.destroy();
      expect(await finish(list)).toMatchObject({ code: 0, stdout: expect.stringContaining('oss://first') });
    } finally {
      await server.close();
    }
  });
});

describe('a command that is interrupted', () => {
  it('ends with 5 and aborts its upload', async () => {
    const server = await startServer({ data: 'memory', port: 0, buckets: ['first'], log: false });
    const client = createClient({ endpoint: server.endpoint, region: server.region, credentials: server.account });
    try {
      const file = join(await makeFolder(), 'large');
      await writeFile(file, '');
      await truncate(file, 100 * 1024 * 1024);
      const upload = start(
        ['cp', file, 'oss://first/large', '--part-size', '100K', '--parallel', '1', '--bigfile-threshold', '1'],
        environmentOf(server),
      );
      const ended = finish(upload);
      const uploads = async () => (await client.listMultipartUploads({ bucket: 'first' })).uploads.length;
      // As soon as the upload is there, it is interrupted: a thousand parts leave time for that.
      await expect.poll(uploads, { timeout: 30_000, interval: 10 }).toBe(1);
      upload.kill('SIGINT');
      expect(await ended).toMatchObject({ code: 5, stderr: 'ossature: Interrupted.\n' });
      expect(await uploads()).toBe(0);
      expect(await client.isObjectExist({ bucket: 'first', key: 'large' })).toBe(false);
    } finally {
      await client.close();
      await server.close();
    }
  });
});
