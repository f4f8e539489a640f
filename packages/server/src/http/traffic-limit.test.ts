import type { Clock } from '@ossature/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';
import { LimitedBody, nextDueMs, trafficShaper } from './traffic-limit.ts';

/** Who sleeps moves the clock, but for what sleeps long in the background; some oversleep. */
function sleepingClock(lateMs = 0): Clock & { nowMs: number; readonly slept: number[] } {
  return {
    nowMs: 0,
    slept: [],
    now() {
      return this.nowMs;
    },
    async sleep(ms, signal) {
      if (signal.aborted) return;
      if (ms > 150) return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      this.slept.push(ms);
      this.nowMs += ms + lateMs;
    },
  };
}

/** One buffer that is filled anew for each chunk, as the store's are. */
async function* chunksOf(count: number, chunkBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const chunk = new Uint8Array(chunkBytes);
  for (let i = 0; i < count; i++) yield chunk.fill(i);
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe('a limited body', () => {
  const bitsPerSecond = 819_200;

  it.each([0, 3])('takes as long as its bytes do at that speed, also where sleepers wake %i ms late', async (lateMs) => {
    const clock = sleepingClock(lateMs);
    const bytes = await drain(new LimitedBody(chunksOf(8, 128 * 1024), { bitsPerSecond, clock, signal: undefined }));
    expect(bytes.length).toBe(1024 * 1024);
    expect([0, 1, 7].map((i) => bytes[i * 128 * 1024])).toEqual([0, 1, 7]);
    // 100 KiB a second.
    expect(clock.nowMs).toBeGreaterThanOrEqual(10_240);
    expect(clock.nowMs).toBeLessThanOrEqual(10_240 + 2 * lateMs);
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(101);
  });

  it('does not wait for a source that is slower, and does not make up for more than a moment', () => {
    expect(nextDueMs(1000, 5000, 102_400, bitsPerSecond)).toBe(5900);
    expect(nextDueMs(5000, 5000, 102_400, bitsPerSecond)).toBe(6000);
    expect(nextDueMs(4960, 5000, 102_400, bitsPerSecond)).toBe(5960);
  });

  it('ends its wait when the other end has gone, and tells its source when it is given up', async () => {
    const gone = new AbortController();
    const clock = sleepingClock();
    // Whoever sleeps here sleeps until the other end has gone.
    clock.sleep = (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    let returned = false;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: new Uint8Array(1024 * 1024) }) as const,
        return: async () => {
          returned = true;
          return { done: true, value: undefined } as const;
        },
      }),
    };
    const body = new LimitedBody(source, { bitsPerSecond, clock, signal: gone.signal });
    const first = body.next();
    await new Promise(setImmediate);
    gone.abort();
    expect((await first).done).toBe(false);
    await body.return();
    expect(returned).toBe(true);
    expect(await new LimitedBody(chunksOf(0, 1), { bitsPerSecond, clock, signal: undefined }).next()).toEqual({
      done: true,
      value: undefined,
    });
  });

  it('is made only where a limit is asked for', () => {
    const stream = chunksOf(1, 1);
    const shapeOf = (request: Readonly<Record<string, unknown>>) => trafficShaper(request, sleepingClock(), () => undefined);
    expect(shapeOf({})(stream)).toBe(stream);
    expect(shapeOf({ trafficLimit: bitsPerSecond })(stream)).toBeInstanceOf(LimitedBody);
    expect(shapeOf({ trafficLimitInQuery: bitsPerSecond })(stream)).toBeInstanceOf(LimitedBody);
    const bytes = new Uint8Array(1);
    expect(shapeOf({ trafficLimit: bitsPerSecond })(bytes)).toBe(bytes);
    expect(shapeOf({ trafficLimit: bitsPerSecond })(undefined)).toBeUndefined();
    expect(() => shapeOf({ trafficLimit: bitsPerSecond, trafficLimitInQuery: bitsPerSecond })).toThrow('both');
  });
});

describe('x-oss-traffic-limit', () => {
  let test: TestServer;
  let clock: ReturnType<typeof sleepingClock>;
  const bucket = 'bkt';
  const limit = { 'x-oss-traffic-limit': '819200' };
  const body = new Uint8Array(50 * 1024);

  beforeEach(async () => {
    clock = sleepingClock();
    clock.nowMs = Date.UTC(2024, 4, 1, 8, 0, 0);
    test = await startTestServer({ buckets: [bucket], clock });
    test.clock.nowMs = clock.nowMs;
  });
  afterEach(async () => {
    await test.server.close();
  });

  /** How long a request takes on the server's clock. */
  async function timed(request: Parameters<TestServer['send']>[0]): Promise<readonly [status: number, ms: number]> {
    const began = clock.nowMs;
    const { status } = await test.send({ bucket, ...request, signedAtMs: clock.nowMs });
    return [status, clock.nowMs - began];
  }

  it('holds bodies of both ways to its speed, and nothing else', async () => {
    expect(await timed({ method: 'PUT', key: 'a', body })).toEqual([200, 0]);
    expect(await timed({ method: 'PUT', key: 'a', body, headers: limit })).toEqual([200, 500]);
    expect(await timed({ method: 'PUT', key: 'a', body, query: limit })).toEqual([200, 500]);
    expect(await timed({ key: 'a', headers: limit })).toEqual([200, 500]);
    expect(await timed({ key: 'a', headers: { ...limit, Range: 'bytes=0-10239' } })).toEqual([206, 100]);
    expect(await timed({ key: 'a', query: limit, presignSeconds: 60 })).toEqual([200, 500]);
    expect(await timed({ method: 'POST', key: 'b', query: { append: undefined, position: '0' }, body, headers: limit })).toEqual([
      200, 500,
    ]);
    const copy = { ...limit, 'x-oss-copy-source': `/${bucket}/a` };
    expect(await timed({ method: 'PUT', key: 'c', headers: copy })).toEqual([200, 0]);
  });

  it('is refused out of its bounds, and in two places at once; nothing is written then', async () => {
    for (const value of ['245759', '838860801', '-1', 'fast', '']) {
      const answer = await test.send({ method: 'PUT', bucket, key: 'a', body, headers: { 'x-oss-traffic-limit': value } });
      expect([value, answer.status, answer.code, answer.header('x-oss-ec')]).toEqual([value, 400, 'InvalidArgument', '0004-00000502']);
    }
    for (const headers of [limit, { ...limit, 'x-oss-copy-source': `/${bucket}/a` }]) {
      const both = await test.send({ method: 'PUT', bucket, key: 'a', body: '', headers, query: limit });
      expect([both.status, both.code, both.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', '0004-00000501']);
    }
    expect((await test.send({ bucket, key: 'a' })).status).toBe(404);
  });
});
