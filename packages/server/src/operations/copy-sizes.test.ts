import { limits } from '@ossature/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

const bucket = 'bkt';
const other = 'other';
const pieceBytes = 16 * 1024 * 1024;
const servers: TestServer[] = [];

afterEach(async () => {
  for (const { server } of servers.splice(0)) await server.close();
});

/** A server with an object of so many pieces: its parts share one, so that the store has 16 MiB. */
async function serverWith(pieces: number, options: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  const test = await startTestServer({ buckets: [bucket, other], ...options });
  servers.push(test);
  await test.send({ method: 'PUT', bucket, key: 'piece', body: new Uint8Array(pieceBytes) });
  const uploadId = (await test.send({ method: 'POST', bucket, key: 'big', query: { uploads: '' } })).element('UploadId') ?? '';
  const headers = { 'x-oss-copy-source': `/${bucket}/piece` };
  for (let number = 1; number <= pieces; number++) {
    await test.send({ method: 'PUT', bucket, key: 'big', query: { uploadId, partNumber: String(number) }, headers });
  }
  const done = await test.send({ method: 'POST', bucket, key: 'big', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } });
  expect(done.status).toBe(200);
  return test;
}

const copyOf = async (test: TestServer, into: string, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await test.send({
    method: 'PUT',
    bucket: into,
    key: 'copy',
    headers: { 'x-oss-copy-source': `/${bucket}/big`, ...headers },
  });
  return [answer.status, answer.code, answer.element('MaxSizeAllowed')];
};

const gigabyte = limits.copyChangedMaxBytes / pieceBytes;
const copied = [200, '', undefined];
const tooLarge = [400, 'EntityTooLarge', '1073741824'];

describe('the size of a copy', () => {
  it('is bounded by 1 GB where class or encryption changes, and only there below 5 GB', { timeout: 60_000 }, async () => {
    const test = await serverWith(gigabyte + 1);
    expect(await copyOf(test, other)).toEqual(copied);
    for (const into of [bucket, other]) {
      expect(await copyOf(test, into, { 'x-oss-storage-class': 'IA' })).toEqual(tooLarge);
      expect(await copyOf(test, into, { 'x-oss-server-side-encryption': 'AES256' })).toEqual(tooLarge);
      expect(await copyOf(test, into, { 'x-oss-server-side-encryption': 'KMS' })).toEqual(tooLarge);
    }
    // What must not be overwritten is told first.
    expect((await copyOf(test, other, { 'x-oss-storage-class': 'IA', 'x-oss-forbid-overwrite': 'true' }))[1]).toBe('FileAlreadyExists');
  });

  it('may be exactly 1 GB', { timeout: 60_000 }, async () => {
    const test = await serverWith(gigabyte);
    expect(await copyOf(test, other, { 'x-oss-storage-class': 'IA' })).toEqual(copied);
  });

  it('is not bounded where the server lifts the limits', { timeout: 60_000 }, async () => {
    const test = await serverWith(gigabyte + 1, { unlimitedCopy: true });
    expect(await copyOf(test, other)).toEqual(copied);
    expect(await copyOf(test, other, { 'x-oss-storage-class': 'IA' })).toEqual(copied);
  });
});
