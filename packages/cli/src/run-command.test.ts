import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, crc64, createClient } from '@ossature/client';
import { type RunningServer, startServer } from '@ossature/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';
import { type RecordingTerminal, recordingTerminal } from './terminal.test.support.ts';

let server: RunningServer;
let client: Client;
let folder: string;

beforeAll(async () => {
  server = await startServer({ data: 'memory', port: 0, buckets: ['one', 'two'], log: false, blockPublicAccess: false });
  client = createClient({ endpoint: server.endpoint, region: server.region, credentials: server.account });
  folder = await mkdtemp(join(tmpdir(), 'ossature-cli-'));
});

afterAll(async () => {
  await client.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function terminalOf(more: Readonly<Record<string, string>> = {}): RecordingTerminal {
  return recordingTerminal({
    OSS_ACCESS_KEY_ID: server.account.accessKeyId,
    OSS_ACCESS_KEY_SECRET: server.account.accessKeySecret,
    OSS_ENDPOINT: server.endpoint,
    OSS_REGION: server.region,
    ...more,
  });
}

async function run(args: readonly string[], terminal = terminalOf()) {
  const code = await runCommand(args, terminal);
  return { code, printed: terminal.printed, said: terminal.said.join('\n') };
}

function bytesOf(lengthBytes: number, seed = 31): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, i) => (i * seed + (i >> 8)) & 0xff);
}

async function contentOf(bucket: string, key: string): Promise<Uint8Array> {
  return (await client.getObject({ bucket, key })).body.bytes();
}

const path = (name: string) => join(folder, name);

describe('the command line', () => {
  it.each([
    [[]],
    [['nonsense']],
    [['cp', 'one']],
    [['ls', '--colour']],
    [['mb', 'oss://one/key']],
    [['cp', 'a', 'b']],
    [['rm', 'oss://one']],
  ])('ends with 1 where it is wrong: %j', async (args) => {
    expect((await run(args)).code).toBe(1);
  });

  it('shows help and ends with 0', async () => {
    const { code, printed } = await run(['--help']);
    expect(code).toBe(0);
    expect(printed.join('\n')).toContain('serve');
  });

  it('ends with 1 without credentials, and repeats no secret of the command line', async () => {
    const { code, said } = await run(['ls', '-k', 'very-secret'], recordingTerminal({ OSS_REGION: 'cn-hangzhou' }));
    expect(code).toBe(1);
    expect(said).toContain('No credentials');
    expect(said).not.toContain('very-secret');
  });

  it('ends with 2 where the service refuses, and says why', async () => {
    const { code, said } = await run(['stat', 'oss://one/missing']);
    expect(code).toBe(2);
    expect(said).toMatch(/NoSuchKey: .* \(status 404, request id [0-9A-F]{24}\)/);
  });

  it('ends with 3 where nobody answers, or a file is missing', async () => {
    expect(await run(['ls', '-e', 'http://127.0.0.1:1'])).toMatchObject({ code: 3, said: expect.stringContaining('ECONNREFUSED') });
    expect((await run(['cp', path('missing'), 'oss://one/x'])).code).toBe(3);
  });

  it('ends with 1 for an endpoint that is none', async () => {
    expect((await run(['ls', '-e', 'ftp://127.0.0.1'])).code).toBe(1);
    expect((await run(['ls', '--region', 'no region'], terminalOf({ OSS_ENDPOINT: '' }))).code).toBe(1);
  });

  it('ends with 5 when it is interrupted', async () => {
    const terminal = terminalOf();
    terminal.interrupt();
    expect((await run(['ls', 'oss://one'], terminal)).code).toBe(5);
  });
});

describe('mb, ls and rb', () => {
  it('make, show and remove a bucket', async () => {
    expect((await run(['mb', 'oss://fresh', '--acl', 'public-read'])).code).toBe(0);
    expect((await client.getBucketAcl({ bucket: 'fresh' })).acl).toBe('public-read');
    const { printed } = await run(['ls']);
    expect(printed.some((line) => /Z +cn-hangzhou +Standard +oss:\/\/fresh$/.test(line))).toBe(true);
    expect((await run(['rb', 'oss://fresh'])).code).toBe(0);
    expect(await client.isBucketExist({ bucket: 'fresh' })).toBe(false);
    expect((await run(['rb', 'oss://fresh'])).code).toBe(2);
  });

  it('list objects by the slash, or all', async () => {
    await client.putBucket({ bucket: 'listed' });
    for (const key of ['a', 'dir/b', 'dir/deep/c', 'esc\x1b[31m']) await client.putObject({ bucket: 'listed', key, body: 'x' });
    const shallow = await run(['ls', 'oss://listed']);
    expect(shallow.printed.map((line) => line.trim().split(/ {2,}/).at(-1))).toEqual([
      'oss://listed/dir/',
      'oss://listed/a',
      'oss://listed/esc\\x1b[31m',
    ]);
    const inside = await run(['ls', 'oss://listed/dir/']);
    expect(inside.printed.map((line) => line.trim().split(/ {2,}/).at(-1))).toEqual(['oss://listed/dir/deep/', 'oss://listed/dir/b']);
    const all = await run(['ls', '-r', 'oss://listed']);
    expect(all.printed).toHaveLength(4);
    expect(all.said).toBe('4 objects, 4 B');
  });
});

describe('cp', () => {
  const large = bytesOf(1_000_000);
  const inParts = ['--bigfile-threshold', '200K', '--part-size', '100K', '--parallel', '3'];

  it('sends a small file with its media type, and fetches it', async () => {
    await writeFile(path('page.html'), '<p>hello</p>');
    expect((await run(['cp', path('page.html'), 'oss://one/dir/'])).code).toBe(0);
    expect(await client.headObject({ bucket: 'one', key: 'dir/page.html' })).toMatchObject({
      contentType: 'text/html',
      objectType: 'Normal',
    });
    expect((await run(['cp', 'oss://one/dir/page.html', path('back.html')])).code).toBe(0);
    expect(await readFile(path('back.html'), 'utf8')).toBe('<p>hello</p>');
  });

  it('sends, copies and fetches in parts what is over the threshold', async () => {
    await writeFile(path('large.bin'), large);
    const sent = await run(['cp', path('large.bin'), 'oss://one/large.bin', ...inParts, '--content-type', 'x/y']);
    expect(sent).toMatchObject({ code: 0, said: expect.stringContaining(`in 10 parts, CRC-64 ${crc64(large)}`) });
    expect(await client.headObject({ bucket: 'one', key: 'large.bin' })).toMatchObject({ contentType: 'x/y', objectType: 'Multipart' });
    expect((await run(['cp', 'oss://one/large.bin', 'oss://two/copy.bin', ...inParts])).said).toContain('in 10 parts');
    expect(Buffer.from(await contentOf('two', 'copy.bin')).equals(large)).toBe(true);
    expect((await run(['cp', 'oss://two/copy.bin', folder, ...inParts])).said).toContain('in 10 parts');
    expect((await readFile(path('copy.bin'))).equals(large)).toBe(true);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('gives a copy the same properties whatever its size', async () => {
    const properties = {
      contentType: 'text/plain',
      cacheControl: 'no-cache',
      contentDisposition: 'attachment; filename="世.txt"',
      contentLanguage: 'de',
      expires: 'never',
      metadata: { author: '世界' },
      tagging: [{ key: 'a+b', value: 'c=d :/' }],
    };
    await client.putObject({ bucket: 'one', key: 'source', body: large, ...properties });
    for (const [key, options] of [
      ['by-one', []],
      ['by-parts', inParts],
    ] as const) {
      expect((await run(['cp', 'oss://one/source', `oss://two/${key}`, ...options])).code).toBe(0);
      const { tagging, ...headers } = properties;
      expect(await client.headObject({ bucket: 'two', key })).toMatchObject({ ...headers, hashCrc64: String(crc64(large)) });
      expect((await client.getObjectTagging({ bucket: 'two', key })).tags).toEqual(tagging);
    }
  });

  it('takes empty objects and files', async () => {
    await writeFile(path('empty'), '');
    for (const [from, to] of [
      [path('empty'), 'oss://one/empty'],
      ['oss://one/empty', 'oss://two/empty'],
      ['oss://two/empty', path('empty-back')],
    ] as const) {
      expect((await run(['cp', from, to])).code).toBe(0);
    }
    expect(await readFile(path('empty-back'))).toHaveLength(0);
  });

  it('keeps the permissions and the symbolic link of a file that it replaces', async () => {
    await writeFile(path('secret'), 'mine');
    await chmod(path('secret'), 0o600);
    await symlink(path('secret'), path('link'));
    expect((await run(['cp', 'oss://one/dir/page.html', path('link')])).code).toBe(0);
    expect(await readFile(path('secret'), 'utf8')).toBe('<p>hello</p>');
    expect((await stat(path('secret'))).mode & 0o777).toBe(0o600);
    expect((await lstat(path('link'))).isSymbolicLink()).toBe(true);
  });

  it('replaces no device, and no directory inside of the one that was named', async () => {
    expect((await run(['cp', 'oss://one/dir/page.html', '/dev/null'])).code).toBe(1);
    await mkdir(path('taken/page.html'), { recursive: true });
    expect((await run(['cp', 'oss://one/dir/page.html', path('taken')])).code).toBe(1);
    expect(await readdir(path('taken'))).toEqual(['page.html']);
  });

  it('takes a name as long as the file system allows', async () => {
    const name = 'n'.repeat(255);
    await client.putObject({ bucket: 'one', key: name, body: 'x' });
    expect((await run(['cp', `oss://one/${name}`, folder])).code).toBe(0);
    expect(await readFile(path(name), 'utf8')).toBe('x');
  });

  it('leaves an existing file alone when a download fails', async () => {
    await writeFile(path('kept'), 'mine');
    expect((await run(['cp', 'oss://one/not-there', path('kept')])).code).toBe(2);
    expect(await readFile(path('kept'), 'utf8')).toBe('mine');
  });

  it('refuses a copy onto itself, a directory, and a key that names no file', async () => {
    expect(await run(['cp', 'oss://one/source', 'oss://one/source'])).toMatchObject({
      code: 1,
      said: expect.stringContaining('same object'),
    });
    expect((await run(['cp', folder, 'oss://one/x'])).code).toBe(1);
    expect((await run(['cp', 'oss://one/a/..', folder])).code).toBe(1);
    expect((await run(['cp', path('page.html'), 'oss://one/x', '--part-size', '1K', '--bigfile-threshold', '1'])).code).toBe(1);
  });
});

describe('rm', () => {
  it('removes one object, and all that begin so', async () => {
    for (const key of ['gone', 'p/1', 'p/2', 'p/\x01', 'q']) await client.putObject({ bucket: 'one', key: `rm/${key}`, body: 'x' });
    expect((await run(['rm', 'oss://one/rm/gone'])).said).toBe('removed 1 object');
    expect((await run(['rm', '-r', 'oss://one/rm/p/'])).said).toBe('removed 3 objects');
    expect((await client.listObjectsV2({ bucket: 'one', prefix: 'rm/' })).contents.map((object) => object.key)).toEqual(['rm/q']);
  });

  it('empties a bucket only when it is told to mean it', async () => {
    await client.putBucket({ bucket: 'emptied' });
    await client.putObject({ bucket: 'emptied', key: 'x' });
    expect((await run(['rm', '-r', 'oss://emptied'])).code).toBe(1);
    expect(await client.isObjectExist({ bucket: 'emptied', key: 'x' })).toBe(true);
    expect((await run(['rm', '-r', '-f', 'oss://emptied'])).code).toBe(0);
    expect(await client.isObjectExist({ bucket: 'emptied', key: 'x' })).toBe(false);
  });

  it('ends with 4 where some of several could not be removed', async () => {
    await client.putObject({ bucket: 'one', key: 'rm/last', body: 'x' });
    const { code, said } = await run(['rm', 'oss://no-such-bucket/x', 'oss://one/rm/last']);
    expect(code).toBe(4);
    expect(said).toContain('oss://no-such-bucket/x: NoSuchBucket');
    expect(await client.isObjectExist({ bucket: 'one', key: 'rm/last' })).toBe(false);
  });
});

describe('stat', () => {
  it('shows an object and a bucket', async () => {
    await client.putObject({ bucket: 'one', key: 'stat', body: 'hello world', metadata: { a: 'b' } });
    const { printed } = await run(['stat', 'oss://one/stat']);
    const facts = Object.fromEntries(printed.map((line) => [line.slice(0, 16).trim(), line.slice(17)]));
    expect(facts).toMatchObject({
      Size: '11',
      'CRC-64': '5981764153023615706',
      ETag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
      'x-oss-meta-a': 'b',
      ACL: 'default',
    });
    expect((await run(['stat', 'oss://two'])).printed).toContainEqual('Location         oss-cn-hangzhou');
  });
});
