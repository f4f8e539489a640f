import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Client, crc64, createClient } from '@ossature/client';
import { type RunningServer, startServer } from '@ossature/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);

let server: RunningServer;
let client: Client;

beforeAll(async () => {
  server = await startServer({ data: 'memory', port: 0, buckets: ['source', 'destination'], log: false });
  client = createClient({ endpoint: server.endpoint, region: server.region, credentials: server.account });
});

afterAll(async () => {
  await client.close();
  await server.close();
});

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Runs a program as a person does, in a process of its own. */
async function program(name: string, options: Readonly<Record<string, string>>): Promise<Outcome> {
  const all = { region: server.region, endpoint: server.endpoint, source_bucket: 'source', bucket: 'destination', ...options };
  const args = Object.entries(all).flatMap(([option, value]) => [`--${option}`, value]);
  const env = { ...process.env, OSS_ACCESS_KEY_ID: server.account.accessKeyId, OSS_ACCESS_KEY_SECRET: server.account.accessKeySecret };
  try {
    const { stdout, stderr } = await run(process.execPath, [join(import.meta.dirname, name), ...args], { env });
    return { stdout, stderr, code: 0 };
  } catch (error) {
    const failed = error as { stdout: string; stderr: string; code: number };
    return { stdout: failed.stdout, stderr: failed.stderr, code: failed.code };
  }
}

function bytesOf(lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
}

async function contentOf(bucket: string, key: string): Promise<Uint8Array> {
  return (await client.getObject({ bucket, key })).body.bytes();
}

describe('upload-part-copy', () => {
  it('copies 2.5 MiB in three parts, and reports every field', async () => {
    const content = bytesOf(2.5 * 1024 * 1024);
    await client.putObject({ bucket: 'source', key: 'dir/big 世界.bin', body: content });
    const { stdout, stderr, code } = await program('upload-part-copy.js', { source_key: 'dir/big 世界.bin', key: 'copy.bin' });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(4);
    for (const [i, line] of lines.slice(0, 3).entries()) {
      expect(line).toMatch(
        new RegExp(
          `^status code: 200, request id: [0-9A-F]{24}, part number: ${i + 1}, last modified: \\d{4}-.*Z, etag: "[0-9A-F]{32}", source version id: none$`,
        ),
      );
    }
    expect(lines[3]).toMatch(
      new RegExp(
        '^status code: 200, request id: [0-9A-F]{24}, bucket: destination, key: copy\\.bin, location: http://.*copy\\.bin, ' +
          `etag: "[0-9A-F]{32}-3", encoding type: url, hash crc64: ${crc64(content)}, version id: none$`,
      ),
    );
    expect(Buffer.from(await contentOf('destination', 'copy.bin')).equals(content)).toBe(true);
  });

  it('copies an empty source whole', async () => {
    await client.putObject({ bucket: 'source', key: 'empty' });
    const { stdout, code } = await program('upload-part-copy.js', { source_key: 'empty', key: 'empty-copy' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^status code: 200, .*hash crc64: 0, version id: none\n$/);
    expect(await contentOf('destination', 'empty-copy')).toHaveLength(0);
  });

  it('ends with an error where there is no source, and leaves no upload', async () => {
    const { stderr, code } = await program('upload-part-copy.js', { source_key: 'missing', key: 'x' });
    expect(code).not.toBe(0);
    expect(stderr).toContain('NoSuchKey');
    expect((await client.listMultipartUploads({ bucket: 'destination' })).uploads).toEqual([]);
  });

  it('says which options it needs', async () => {
    const { stderr, code } = await program('upload-part-copy.js', { source_key: '', key: '' });
    expect(code).toBe(1);
    expect(stderr).toContain('Missing: --key --source_key');
  });
});

describe('copy-object', () => {
  const put = (key: string) =>
    client.putObject({
      bucket: 'source',
      key,
      body: 'hello world',
      contentType: 'text/plain',
      metadata: { a: 'b' },
      tagging: [{ key: 't', value: '1' }],
    });

  it('copies with metadata and tags', async () => {
    await put('a.txt');
    expect(await program('copy-object.js', { source_key: 'a.txt', key: 'b.txt' })).toEqual({
      stdout: 'result.status: 200\n',
      stderr: '',
      code: 0,
    });
    const head = await client.headObject({ bucket: 'destination', key: 'b.txt' });
    expect(head).toMatchObject({ contentType: 'text/plain', metadata: { a: 'b' }, taggingCount: 1 });
  });

  it('takes every header of a copy', async () => {
    const { etag } = await put('every.txt');
    const { stderr, code } = await program('copy-object.js', {
      source_key: 'every.txt',
      key: 'every-copy.txt',
      forbid_overwrite: 'true',
      if_match: etag ?? '',
      if_none_match: '5B3C1A2E053D763E1B002CC607C50000',
      if_unmodified_since: '2099-12-09T07:01:56.000Z',
      if_modified_since: '2021-12-09T07:01:56.000Z',
      metadata_directive: 'REPLACE',
      content_type: 'application/json',
      metadata: 'colour=red&size=XL',
      acl: 'private',
      storage_class: 'IA',
      tagging: 'k1=v1&k2=v%202&k3=v3',
      tagging_directive: 'Replace',
    });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const copy = { bucket: 'destination', key: 'every-copy.txt' };
    expect(await client.headObject(copy)).toMatchObject({
      contentType: 'application/json',
      metadata: { colour: 'red', size: 'XL' },
      storageClass: 'IA',
      taggingCount: 3,
    });
    expect((await client.getObjectTagging(copy)).tags).toContainEqual({ key: 'k2', value: 'v 2' });
    expect((await client.getObjectAcl(copy)).acl).toBe('private');
  });

  it.each([
    ['if_match', '5B3C1A2E053D763E1B002CC607C50000', 412, 'PreconditionFailed'],
    ['if_modified_since', '2099-12-09T07:01:56.000Z', 304, 'NotModified'],
    ['if_unmodified_since', '2021-12-09T07:01:56.000Z', 412, 'PreconditionFailed'],
    // The server has no SM4: it is refused and not ignored.
    ['server_side_encryption', 'SM4', 400, 'NotImplemented'],
  ])('reports what comes of %s', async (option, value, status, error) => {
    await put('conditions.txt');
    const outcome = await program('copy-object.js', { source_key: 'conditions.txt', key: 'never.txt', [option]: value });
    expect(outcome).toMatchObject({ stdout: `result.status: ${status}\n`, code: 2 });
    expect(outcome.stderr).toContain(error);
  });

  it('encrypts the copy', async () => {
    await put('plain.txt');
    const options = { source_key: 'plain.txt', key: 'encrypted.txt', server_side_encryption: 'KMS' };
    expect(await program('copy-object.js', options)).toMatchObject({ stderr: '', code: 0 });
    expect((await client.headObject({ bucket: 'destination', key: 'encrypted.txt' })).serverSideEncryption).toBe('KMS');
  });

  it('does not overwrite where that is forbidden', async () => {
    await put('forbid.txt');
    await client.putObject({ bucket: 'destination', key: 'taken.txt', body: 'mine' });
    const outcome = await program('copy-object.js', { source_key: 'forbid.txt', key: 'taken.txt', forbid_overwrite: 'true' });
    expect(outcome).toMatchObject({ stdout: 'result.status: 409\n', code: 2 });
    expect(new TextDecoder().decode(await contentOf('destination', 'taken.txt'))).toBe('mine');
  });
});

describe('copy-large-object', () => {
  it('copies in parts of the size that the rule gives, and compares', async () => {
    const content = bytesOf(350_000);
    await client.putObject({ bucket: 'source', key: 'large', body: content });
    const { stdout, stderr, code } = await program('copy-large-object.js', { source_key: 'large', key: 'large-copy' });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toBe('source object size: 350000\npart size: 102400\nresult: 200\ndestination object size: 350000\n');
    expect(Buffer.from(await contentOf('destination', 'large-copy')).equals(content)).toBe(true);
    expect(await client.headObject({ bucket: 'destination', key: 'large-copy' })).toMatchObject({
      objectType: 'Multipart',
      hashCrc64: String(crc64(content)),
    });
  });

  it('copies within a bucket, and an empty source whole', async () => {
    await client.putObject({ bucket: 'source', key: 'nothing' });
    const { stdout, code } = await program('copy-large-object.js', { source_key: 'nothing', bucket: 'source', key: 'nothing-copy' });
    expect(code).toBe(0);
    expect(stdout).toContain('result: 200\ndestination object size: 0\n');
  });
});
