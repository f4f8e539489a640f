import type { RawRequest } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import { createFetchTransport, type Fetch } from './fetch-transport.ts';
import { TransportError } from './transport-error.ts';

const origin = { scheme: 'https', host: 'bkt.oss.example.com', port: 443 } as const;
const request = (more: Partial<RawRequest> = {}): RawRequest => ({ method: 'GET', target: '/k', headers: [], ...more });

function recording(response: Partial<Awaited<ReturnType<Fetch>>> = {}) {
  const calls: Parameters<Fetch>[] = [];
  const transport = createFetchTransport(async (...call) => {
    calls.push(call);
    return { status: 200, type: 'basic', headers: [['etag', '"E"']], body: null, ...response };
  });
  return { transport, calls };
}

describe('createFetchTransport', () => {
  it('sends the path as it is, without the headers that belong to the platform', async () => {
    const { transport, calls } = recording();
    const headers: RawRequest['headers'] = [
      ['Host', 'x'],
      ['Content-Length', '3'],
      ['User-Agent', 'x'],
      ['x-oss-date', '20260101T000000Z'],
      ['Authorization', 'A'],
    ];
    const response = await transport.send(
      origin,
      request({ method: 'PUT', target: '/a/b%20c?acl', headers, body: new Uint8Array([1, 2, 3]) }),
    );
    expect(response).toMatchObject({ status: 200, headers: [['etag', '"E"']] });
    const [url, init] = calls[0] ?? [];
    expect(url).toBe('https://bkt.oss.example.com:443/a/b%20c?acl');
    expect(init).toMatchObject({ method: 'PUT', redirect: 'manual', credentials: 'omit' });
    expect(init?.headers).toEqual([
      ['x-oss-date', '20260101T000000Z'],
      ['Authorization', 'A'],
    ]);
  });

  it.each(['/a/../b', '/..', '/a/.', '/a/%2e%2E/b', '/a/%2E/b'])('refuses %s, whose path fetch would clean', async (target) => {
    const { transport, calls } = recording();
    await expect(transport.send(origin, request({ target }))).rejects.toMatchObject({ name: 'InvalidRequestError', member: 'key' });
    expect(calls).toHaveLength(0);
  });

  it('sends names with dots that are no dot segments', async () => {
    const { transport, calls } = recording();
    await transport.send(origin, request({ target: '/a/..b/.c/d..?x=/../' }));
    expect(calls).toHaveLength(1);
  });

  it('refuses a signature that rests on Date', async () => {
    const { transport } = recording();
    await expect(transport.send(origin, request({ headers: [['Date', 'x']] }))).rejects.toMatchObject({ name: 'InvalidRequestError' });
  });

  it('collects a stream before it sends it', async () => {
    const { transport, calls } = recording();
    const buffer = new Uint8Array(2);
    async function* reused(): AsyncGenerator<Uint8Array> {
      yield buffer.fill(1);
      yield buffer.fill(2);
    }
    await transport.send(origin, request({ method: 'PUT', body: reused() }));
    const body = calls[0]?.[1].body as Blob;
    expect(new Uint8Array(await body.arrayBuffer())).toEqual(new Uint8Array([1, 1, 2, 2]));
  });

  it('ends with the signal also while it collects a stream that stands still', async () => {
    const { transport, calls } = recording();
    const controller = new AbortController();
    async function* stuck(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1);
      await new Promise(() => undefined);
    }
    const sent = transport.send(origin, request({ method: 'PUT', body: stuck(), signal: controller.signal }));
    controller.abort();
    await expect(sent).rejects.toMatchObject({ kind: 'aborted' });
    expect(calls).toHaveLength(0);
  });

  it('tells no length and no checksum of a body that the platform has decoded', async () => {
    const facts: [string, string][] = [
      ['Content-Length', '9'],
      ['x-oss-hash-crc64ecma', '1'],
    ];
    const answer = (coding: string) => {
      const body = new Blob(['x']).stream();
      const { transport } = recording({ headers: [...facts, ['Content-Encoding', coding]], body });
      return transport.send(origin, request());
    };
    expect((await answer('gzip')).headers).toEqual([['Content-Encoding', 'gzip']]);
    expect((await answer('aws-chunked')).headers).toEqual([...facts, ['Content-Encoding', 'aws-chunked']]);
  });

  it('turns faults into transport errors, and follows no redirect', async () => {
    const failing = createFetchTransport(async () => {
      throw new TypeError('fetch failed');
    });
    await expect(failing.send(origin, request())).rejects.toMatchObject({ name: 'TransportError', kind: 'reset' });
    const { transport } = recording({ type: 'opaqueredirect', status: 0 });
    await expect(transport.send(origin, request())).rejects.toBeInstanceOf(TransportError);
  });

  it('says that it was aborted when it was', async () => {
    const controller = new AbortController();
    const hanging = createFetchTransport(
      (_, init) =>
        new Promise((_resolve, reject) => {
          if (init.signal?.aborted) reject(init.signal.reason);
          init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        }),
    );
    const sent = hanging.send(origin, request({ signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(sent).rejects.toMatchObject({ kind: 'aborted' });
    await expect(hanging.send(origin, request({ signal: controller.signal }))).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('reads the body by chunks, and cancels it when the reader leaves', async () => {
    const read: Uint8Array[] = [new Uint8Array([1]), new Uint8Array([2])];
    let cancelled = 0;
    const body = {
      getReader: () => ({
        read: async () => ({ done: read.length === 0, value: read.shift() }),
        cancel: async () => {
          cancelled++;
        },
      }),
    };
    const { transport } = recording({ body });
    const response = await transport.send(origin, request());
    for await (const chunk of response.body) {
      expect(chunk).toEqual(new Uint8Array([1]));
      break;
    }
    expect(cancelled).toBe(1);
  });
});
