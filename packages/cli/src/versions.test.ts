import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@ossature/client';
import { type RunningServer, startServer } from '@ossature/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';
import { recordingTerminal } from './terminal.test.support.ts';

let server: RunningServer;
let client: Client;
let folder: string;
let bucket: string;
let buckets = 0;

beforeAll(async () => {
  server = await startServer({ data: 'memory', port: 0, log: false });
  client = createClient({ endpoint: server.endpoint, region: server.region, credentials: server.account });
  folder = await mkdtemp(join(tmpdir(), 'ossature-versions-'));
});
afterAll(async () => {
  await client.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  bucket = `versions-${++buckets}`;
  await client.putBucket({ bucket });
  await client.putBucketVersioning({ bucket, status: 'Enabled' });
});

async function run(...args: readonly string[]) {
  const terminal = recordingTerminal({
    OSS_ACCESS_KEY_ID: server.account.accessKeyId,
    OSS_ACCESS_KEY_SECRET: server.account.accessKeySecret,
    OSS_ENDPOINT: server.endpoint,
    OSS_REGION: server.region,
  });
  const code = await runCommand(args, terminal);
  return { code, printed: terminal.printed, said: terminal.said.join('\n') };
}

const put = async (key: string, body: string | Uint8Array) =>
  (await client.putObject({ bucket, key, body, metadata: { is: 'kept' } })).versionId ?? '';
const remove = async (key: string) => (await client.deleteObject({ bucket, key })).versionId ?? '';
const url = (key = '') => `oss://${bucket}/${key}`;

async function versionsOf(): Promise<readonly string[]> {
  const entries: string[] = [];
  for await (const { key, versionId } of client.pages.listObjectVersions({ bucket }).items()) entries.push(`${key} ${versionId}`);
  return entries;
}

describe('ls --all-versions', () => {
  it('shows versions and markers with their ids, the current ones marked', async () => {
    const first = await put('a', 'one');
    const second = await put('dir/b', 'two');
    const marker = await remove('a');
    const { printed, said, code } = await run('ls', '--all-versions', '-r', url());
    expect(code).toBe(0);
    const columns = printed.map((line) => line.trim().split(/ {2,}/).slice(1));
    expect(columns).toEqual([
      ['MARKER', `* ${marker}`, url('a')],
      ['3', 'Standard', `- ${first}`, url('a')],
      ['3', 'Standard', `* ${second}`, url('dir/b')],
    ]);
    expect(said).toBe('2 versions, 1 delete marker, 6 B');
    const shallow = await run('ls', '--all-versions', url());
    expect(shallow.printed.map((line) => line.trim().split(/ {2,}/).at(-1))).toEqual([url('dir/'), url('a'), url('a')]);
    expect((await run('ls', url())).said).toBe('0 objects, 0 B');
  });

  it('wants a bucket', async () => {
    expect((await run('ls', '--all-versions')).code).toBe(1);
  });
});

describe('stat --version-id', () => {
  it('shows the version that is named', async () => {
    const first = await put('a', 'one');
    await put('a', 'second');
    const { printed } = await run('stat', url('a'), '--version-id', first);
    expect(printed).toContainEqual('Size             3');
    expect(printed).toContainEqual(`Version          ${first}`);
    expect((await run('stat', url('a'))).printed).toContainEqual('Size             6');
    expect((await run('stat', url('a'), '--version-id', 'CAEQ1')).said).toContain('NoSuchVersion');
    expect((await run('stat', `oss://${bucket}`, '--version-id', first)).code).toBe(1);
    expect((await run('stat', `oss://${bucket}`)).printed).toContainEqual('Versioning       Enabled');
  });
});

describe('rm', () => {
  it('removes one version for good, or puts a marker', async () => {
    const first = await put('a', 'one');
    const second = await put('a', 'two');
    expect((await run('rm', url('a'), '--version-id', second)).said).toBe('removed 1 version');
    expect(await versionsOf()).toEqual([`a ${first}`]);
    expect((await run('rm', url('a'))).said).toBe('removed 1 object');
    expect((await versionsOf()).length).toBe(2);
  });

  it('removes every version of a key, and of nothing else', async () => {
    for (const key of ['a', 'a', 'ab', 'a\x01']) await put(key, key);
    await remove('a');
    expect((await run('rm', '--all-versions', url('a'))).said).toBe('removed 3 versions');
    expect((await versionsOf()).map((line) => line.split(' ')[0])).toEqual(['a\x01', 'ab']);
  });

  it('empties a bucket that has versions, over many pages', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `k${index % 4}`);
    for (const key of [...keys, 'c\x01', 'c\x01']) await put(key, 'x');
    await remove('k0');
    expect((await run('rm', '-r', '--all-versions', url())).code).toBe(1);
    const { code, said } = await run('rm', '-r', '-f', '--all-versions', url());
    expect([code, said]).toEqual([0, 'removed 43 versions']);
    expect(await versionsOf()).toEqual([]);
    expect((await run('rb', `oss://${bucket}`)).code).toBe(0);
  });

  it.each([
    ['-r', '--version-id', 'CAEQ1', 'oss://versions-1/a'],
    ['--all-versions', '--version-id', 'CAEQ1', 'oss://versions-1/a'],
    ['--version-id', 'CAEQ1', 'oss://versions-1/a', 'oss://versions-1/b'],
  ])('ends with 1 for %j', async (...args) => {
    expect((await run('rm', ...args)).code).toBe(1);
  });
});

describe('cp --version-id', () => {
  const large = (seed: number) => Uint8Array.from({ length: 500_000 }, (_, i) => (i * seed) & 0xff);
  const inParts = ['--bigfile-threshold', '200K', '--part-size', '100K'];

  it.each([[[]], [inParts]])('fetches and copies the version that is named: %j', async (options) => {
    const first = await put('a', large(3));
    await put('a', large(5));
    const file = join(folder, `${bucket}.bin`);
    expect((await run('cp', url('a'), file, '--version-id', first, ...options)).code).toBe(0);
    expect(new Uint8Array(await readFile(file))).toEqual(large(3));
    expect((await run('cp', url('a'), url('b'), '--version-id', first, ...options)).code).toBe(0);
    const copy = await client.getObject({ bucket, key: 'b' });
    expect(await copy.body.bytes()).toEqual(large(3));
    expect(copy.metadata).toEqual({ is: 'kept' });
  });

  it('makes an older version current again, with its metadata', async () => {
    const first = await put('a', 'one');
    await put('a', 'two');
    expect((await run('cp', url('a'), url('a'), '--version-id', first)).code).toBe(0);
    const current = await client.getObject({ bucket, key: 'a' });
    expect([await current.body.text(), current.metadata]).toEqual(['one', { is: 'kept' }]);
    expect(await versionsOf()).toHaveLength(3);
    expect((await run('cp', url('a'), url('a'))).code).toBe(1);
  });

  it('is not for files, nor for a copy onto itself where there are no versions', async () => {
    const file = join(folder, 'plain.txt');
    await writeFile(file, 'x');
    expect((await run('cp', file, url('a'), '--version-id', 'CAEQ1')).code).toBe(1);
    await client.putBucket({ bucket: `plain-${bucket}` });
    await client.putObject({ bucket: `plain-${bucket}`, key: 'a', body: 'x', metadata: { is: 'kept' } });
    const same = `oss://plain-${bucket}/a`;
    expect((await run('cp', same, same, '--version-id', 'null')).code).toBe(1);
    expect((await client.headObject({ bucket: `plain-${bucket}`, key: 'a' })).metadata).toEqual({ is: 'kept' });
  });

  it('takes a link along as a link', async () => {
    await put('a', 'one');
    await client.putSymlink({ bucket, key: 'link', symlinkTarget: 'a' });
    expect((await run('cp', url('link'), url('copy'))).code).toBe(0);
    expect((await client.getSymlink({ bucket, key: 'copy' })).symlinkTarget).toBe('a');
  });
});
