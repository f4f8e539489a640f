import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RawRequest, RawResponse } from '@ossature/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import type { Origin, Transport } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ origin: Origin; transport: Transport }> {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = createUndiciTransport({ connectTimeoutMs: 2000 });
  cleanUps.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  cleanUps.push(() => transport.close());
  return { origin: { scheme: 'http', host: '127.0.0.1', port: (server.address() as AddressInfo).port }, transport };
}

const request = (more: Partial<RawRequest> = {}): RawRequest => ({ method: 'GET', target: '/', headers: [['Host', 'example']], ...more });

async function textOf(response: RawResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk.slice());
  return Buffer.concat(chunks).toString();
}

describe('createUndiciTransport', () => {
  it('sends path, headers and bodies byte by byte, and reads headers as bytes', async () => {
    const { origin, transport } = await serve((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const seen = {
          url: incoming.url,
          host: incoming.headers.host,
          meta: incoming.headers['x-oss-meta-a'],
          body: Buffer.concat(chunks).toString(),
        };
        response.setHeader('x-oss-meta-b', Buffer.from('世界').toString('latin1'));
        // Bytes, because node:http writes the head in the encoding of a text that goes with it.
        response.end(Buffer.from(JSON.stringify(seen)));
      });
    });
    const meta = Buffer.from('值').toString('latin1');
    const response = await transport.send(
      origin,
      request({
        method: 'PUT',
        target: '/bkt/a/../b/./c%20d?x=%2F',
        headers: [
          ['Host', 'bkt.example.com'],
          ['x-oss-meta-a', meta],
        ],
        body: (async function* () {
          yield new TextEncoder().encode('one ');
          yield new TextEncoder().encode('two');
        })(),
      }),
    );
    expect(JSON.parse(await textOf(response))).toEqual({
      url: '/bkt/a/../b/./c%20d?x=%2F',
      host: 'bkt.example.com',
      meta,
      body: 'one two',
    });
    const value = response.headers.find(([name]) => name.toLowerCase() === 'x-oss-meta-b')?.[1] ?? '';
    expect(Buffer.from(value, 'latin1').toString()).toBe('世界');
  });

  it('tells a refused connection, a name that nobody has, and a broken exchange apart', async () => {
    const { origin, transport } = await serve((incoming) => incoming.socket.destroy());
    await expect(transport.send(origin, request())).rejects.toMatchObject({ name: 'TransportError', kind: 'reset' });
    const closed = await serve(() => undefined);
    for (const cleanUp of cleanUps.splice(2).reverse()) await cleanUp();
    const fresh = createUndiciTransport();
    cleanUps.push(() => fresh.close());
    await expect(fresh.send(closed.origin, request())).rejects.toMatchObject({ kind: 'connect' });
  });

  it('breaks off with the signal, before and after the head', async () => {
    const { origin, transport } = await serve((incoming, response) => {
      if (incoming.url !== '/head') return;
      response.write('some');
    });
    const before = new AbortController();
    const waiting = transport.send(origin, request({ signal: before.signal }));
    before.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted' });
    const after = new AbortController();
    const response = await transport.send(origin, request({ target: '/head', signal: after.signal }));
    const read = textOf(response);
    after.abort();
    await expect(read).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('is told of an answer that ends early', async () => {
    const { origin, transport } = await serve((_, response) => {
      response.setHeader('Content-Length', '100');
      response.write('only this');
      setImmediate(() => response.destroy());
    });
    const response = await transport.send(origin, request());
    await expect(textOf(response)).rejects.toMatchObject({ name: 'TransportError', kind: 'reset' });
  });

  it('gives the answer of a server that does not read the body', async () => {
    const { origin, transport } = await serve((_, response) => {
      response.statusCode = 403;
      response.end('no');
    });
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(64 * 1024);
    }
    const response = await transport.send(origin, request({ method: 'PUT', body: endless() }));
    expect(response.status).toBe(403);
    expect(await textOf(response)).toBe('no');
  });

  it('frees the connection of an answer that nobody reads', async () => {
    let closed = 0;
    const { origin, transport } = await serve((incoming, response) => {
      incoming.socket.on('close', () => closed++);
      response.write('x'.repeat(1024));
    });
    const response = await transport.send(origin, request());
    await response.body[Symbol.asyncIterator]().return?.();
    await expect.poll(() => closed).toBe(1);
  });

  it('keeps its connection after a HEAD', async () => {
    const sockets = new Set<unknown>();
    const { origin, transport } = await serve((incoming, response) => {
      sockets.add(incoming.socket);
      response.writeHead(200, { 'content-length': '1000' }).end();
    });
    for (let round = 0; round < 6; round++) expect(await textOf(await transport.send(origin, request({ method: 'HEAD' })))).toBe('');
    // The pool may open a second one where the first is free only a moment later, and no more.
    expect(sockets.size).toBeLessThan(3);
  });

  it('passes on the error of a body that cannot be read', async () => {
    const { origin, transport } = await serve(() => undefined);
    // biome-ignore lint/correctness/useYield: it fails before it could
    async function* failing(): AsyncGenerator<Uint8Array> {
      throw new Error('the disk is on fire');
    }
    await expect(transport.send(origin, request({ method: 'PUT', body: failing() }))).rejects.toThrow('the disk is on fire');
  });
});
