import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, rawRequestOf, type TestRequest } from './sender.test.support.ts';
import { type ChildServer, serveInChild } from './serve-in-child.test.support.ts';
import { sendOverSocket } from './socket-sender.test.support.ts';

const bucket = 'bkt';
let directory: string;
let server: ChildServer;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ossature-server-full-'));
  // To the store a file that may not grow is a disk without room; 8 or 16 MiB leave it some for its rows.
  server = await serveInChild(directory, { fileBlocks: 16 * 1024 });
});
afterEach(async () => {
  server.kill();
  await server.ended;
  await rm(directory, { recursive: true });
});

function send(request: TestRequest): Promise<Answer> {
  return sendOverSocket(server.endpoint, rawRequestOf({ bucket, ...request }, Date.now()));
}

/** What the blobs of the store take. */
async function blobBytes(): Promise<number> {
  const names = await readdir(join(directory, 'blobs'), { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('a server without room', () => {
  const tooMuch = Buffer.alloc(40 * 1024 * 1024, 'x');

  it('says so, keeps nothing of it, and goes on serving, deleting and taking what fits', async () => {
    const kept = Buffer.alloc(1024 * 1024, 'kept');
    expect((await send({ method: 'PUT', key: 'kept', body: kept })).status).toBe(200);
    const uploadId = (await send({ method: 'POST', key: 'made', query: { uploads: '' } })).element('UploadId') ?? '';
    const before = await blobBytes();
    const part = { uploadId, partNumber: '1' };
    for (const request of [{ key: 'large' }, { key: 'kept' }, { key: 'made', query: part }]) {
      const answer = await send({ method: 'PUT', body: tooMuch, ...request });
      expect([answer.status, answer.code]).toEqual([503, 'ServiceUnavailable']);
      expect(answer.element('Message')).toBe('There is no space left to keep your request. Nothing of it was kept.');
    }
    expect(await blobBytes()).toBe(before);
    expect((await send({ key: 'large' })).code).toBe('NoSuchKey');
    expect((await send({ key: 'kept' })).bytes.equals(kept)).toBe(true);
    expect((await send({ key: 'made', query: { uploadId } })).text).not.toContain('<Part>');
    const source = { 'x-oss-copy-source': `/${bucket}/kept` };
    expect((await send({ method: 'PUT', key: 'copied', headers: source })).status).toBe(200);
    expect((await send({ method: 'PUT', key: 'made', query: part, headers: source })).status).toBe(200);
    expect((await send({ method: 'POST', key: 'made', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } })).status).toBe(200);
    expect((await send({ method: 'DELETE', key: 'kept' })).status).toBe(204);
    expect((await send({ method: 'PUT', key: 'small', body: 'small' })).status).toBe(200);
    expect((await send({ method: 'PUT', key: 'fits', body: kept })).status).toBe(200);
    for (const key of ['copied', 'made', 'fits']) expect((await send({ key })).bytes.equals(kept)).toBe(true);
    expect((await send({ query: { 'max-keys': '10' } })).text.match(/<Key>(.*?)<\/Key>/g)?.join()).toBe(
      ['copied', 'fits', 'made', 'small'].map((key) => `<Key>${key}</Key>`).join(),
    );
  });
});
