import { type Client, createClient, createMemoryTransport, type Transport, TransportError } from '@ossature/client';
import { type RunningServer, startServer } from '@ossature/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The client joined to a server in the same process: how a program's own tests can use both. */
let server: RunningServer;
let memory: Transport;

beforeAll(async () => {
  server = await startServer({ data: 'memory', port: 0, buckets: ['bkt'], log: false });
  memory = createMemoryTransport((request, peer) => server.handle(request, peer));
});
afterAll(() => server.close());

function clientOver(transport: Transport): Client {
  const { endpoint, region, account } = server;
  return createClient({ endpoint, region, credentials: account, transport, retry: { baseDelayMs: 0 } });
}

/** Delivers every request, and loses the answer of the first one that `isHit` says: the worst that a network does. */
function losing(isHit: (method: string, target: string) => boolean): Transport {
  let lost = false;
  return {
    close: async () => undefined,
    send: async (origin, request) => {
      const response = await memory.send(origin, request);
      if (lost || !isHit(request.method, request.target)) return response;
      lost = true;
      for await (const _ of response.body);
      throw new TransportError('reset', { message: 'The answer was lost.' });
    },
  };
}

const text = async (client: Client, key: string) => (await client.getObject({ bucket: 'bkt', key })).body.text();

describe('the client over a server in memory', () => {
  it('writes, reads, copies and lists without a socket', async () => {
    const client = clientOver(memory);
    await client.putObject({ bucket: 'bkt', key: 'dir/../a 世', body: 'hello', metadata: { who: '世界' } });
    expect(await text(client, 'dir/../a 世')).toBe('hello');
    await client.copyObject({ bucket: 'bkt', key: 'copy', sourceBucket: 'bkt', sourceKey: 'dir/../a 世' });
    expect((await client.headObject({ bucket: 'bkt', key: 'copy' })).metadata).toEqual({ who: '世界' });
    const keys: string[] = [];
    for await (const object of client.pages.listObjectsV2({ bucket: 'bkt', maxKeys: 1 }).items()) keys.push(object.key);
    expect(keys).toEqual(['copy', 'dir/../a 世']);
  });

  it('presigns what anybody can fetch', async () => {
    const client = clientOver(memory);
    await client.putObject({ bucket: 'bkt', key: 'shared', body: 'for all' });
    const { url } = await client.presign('getObject', { bucket: 'bkt', key: 'shared' }, { expiresSeconds: 60 });
    expect(await (await fetch(url)).text()).toBe('for all');
    expect((await fetch(url.replace('shared', 'other'))).status).toBe(403);
  });
});

describe('a lost answer', () => {
  it('of CompleteMultipartUpload is success, told by the object', async () => {
    const client = clientOver(losing((method, target) => method === 'POST' && target.includes('uploadId=')));
    const { uploadId } = await client.initiateMultipartUpload({ bucket: 'bkt', key: 'parts' });
    const part = await client.uploadPart({ bucket: 'bkt', key: 'parts', uploadId, partNumber: 1, body: 'content' });
    const completed = await client.completeMultipartUpload({
      bucket: 'bkt',
      key: 'parts',
      uploadId,
      parts: [{ partNumber: 1, etag: part.etag ?? '' }],
    });
    const head = await client.headObject({ bucket: 'bkt', key: 'parts' });
    expect(completed).toMatchObject({ etag: head.etag, hashCrc64: head.hashCrc64, bucket: 'bkt', key: 'parts' });
  });

  it('of AppendObject neither fails nor appends twice', async () => {
    const client = clientOver(losing((_, target) => target.includes('position=6')));
    const first = await client.appendObject({ bucket: 'bkt', key: 'log', position: 0, body: 'hello ' });
    const options = { precedingHashCrc64: first.hashCrc64 };
    const second = await client.appendObject({ bucket: 'bkt', key: 'log', position: 6, body: 'world' }, options);
    expect(second.nextAppendPosition).toBe(11);
    expect(await text(client, 'log')).toBe('hello world');
  });

  it('of a put that must not overwrite is success, though the object now exists', async () => {
    const client = clientOver(losing((method) => method === 'PUT'));
    const put = { bucket: 'bkt', key: 'once', body: 'mine', forbidOverwrite: true };
    expect(await client.putObject(put)).toMatchObject({ statusCode: 200 });
    await expect(client.putObject({ ...put, body: 'again' })).rejects.toMatchObject({ code: 'FileAlreadyExists' });
    expect(await text(client, 'once')).toBe('mine');
  });

  it('of AbortMultipartUpload is success', async () => {
    const client = clientOver(losing((method) => method === 'DELETE'));
    const { uploadId } = await client.initiateMultipartUpload({ bucket: 'bkt', key: 'aborted' });
    expect(await client.abortMultipartUpload({ bucket: 'bkt', key: 'aborted', uploadId })).toMatchObject({ statusCode: 204 });
  });

  it('of an ordinary copy is nothing: it is made again', async () => {
    const client = clientOver(losing((method, target) => method === 'PUT' && target.endsWith('/copied')));
    await client.putObject({ bucket: 'bkt', key: 'original', body: 'x' });
    expect(await client.copyObject({ bucket: 'bkt', key: 'copied', sourceBucket: 'bkt', sourceKey: 'original' })).toMatchObject({
      statusCode: 200,
    });
  });
});
