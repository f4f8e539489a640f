import { type AddressInfo, createServer, type Socket } from 'node:net';
import { isServiceError, type RawRequest, type ResponseMessage } from '@ossature/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { type NodeServer, type SocketLimits, startNodeServer } from './node-server.ts';
import { answerOf, serveWires, testLimits, Wire } from './wire.test.support.ts';

let server: NodeServer | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.stop();
  server = undefined;
});

async function start(answer: (request: RawRequest) => Promise<ResponseMessage>, changed: Partial<SocketLimits> = {}): Promise<void> {
  server = await serveWires(answer, changed);
}

/** Reads the body to its end and answers its length, or its fault. */
async function echoLength(request: RawRequest): Promise<ResponseMessage> {
  try {
    let bytes = 0;
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) bytes += chunk.length;
    return answerOf(200, `${request.method} ${request.target} ${bytes}`);
  } catch (error) {
    return isServiceError(error) ? answerOf(error.statusCode, error.code) : answerOf(500, String(error));
  }
}

function connectWire(): Wire {
  const wire = new Wire(server?.port ?? 0);
  sockets.push(wire.socket);
  return wire;
}

const refuseEarly = async () => answerOf(403, 'denied');

const put = (length: number | string, more = '') => `PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n${more}\r\n`;
const chunked = 'PUT /b/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('requests from sockets', () => {
  it('come with their target and their headers as they were sent', async () => {
    let seen: RawRequest | undefined;
    await start(async (request) => {
      seen = request;
      return answerOf(200, 'ok');
    });
    const wire = connectWire().write('GET /b/a//../b%20c?x=%2F&acl HTTP/1.1\r\nHost: X\r\nx-oss-meta-A: ');
    wire.write(Buffer.from('é', 'utf8')).write('\r\nx-oss-meta-a: two\r\n\r\n');
    await wire.until(/ok$/);
    expect(seen?.target).toBe('/b/a//../b%20c?x=%2F&acl');
    expect(seen?.headers).toEqual([
      ['Host', 'X'],
      ['x-oss-meta-A', '\xc3\xa9'],
      ['x-oss-meta-a', 'two'],
    ]);
    expect(seen?.body).toBeUndefined();
  });

  it('keep their connection, also pipelined and after errors', async () => {
    await start(async (request) => (request.target === '/bad' ? answerOf(404, 'bad') : await echoLength(request)));
    const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const wire = connectWire().write([get('/1'), get('/bad'), put(3), 'abc', get('/2')].join(''));
    const all = await wire.until(/GET \/2 0$/);
    expect([...all.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '404', '200', '200']);
    expect(all).not.toContain('Connection: close');
  });

  it('that wait to be invited to send chunks are answered without a wait', async () => {
    // Nobody would end the wait in time.
    await start(refuseEarly, { lingerMs: 60_000 });
    const wire = connectWire().write('PUT /b/k HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect(await wire.ended).toBe('end');
    expect(wire.received).toMatch(/^HTTP\/1.1 403[\s\S]*Connection: close[\s\S]*denied$/);
  });

  it('are invited to send their body when it is wanted, and not before', async () => {
    await start(echoLength);
    const wire = connectWire().write(put(5, 'Expect: 100-continue\r\n'));
    await wire.until(/100 Continue/);
    wire.write('hello');
    expect(await wire.until(/\/k 5$/)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/);
  });

  it('are not invited where the answer is known, and the connection ends', async () => {
    await start(refuseEarly);
    const wire = connectWire().write(put(5_000_000_000, 'Expect: 100-continue\r\n'));
    expect(await wire.ended).toBe('end');
    expect(wire.received).not.toContain('100 Continue');
    expect(wire.received).toMatch(/^HTTP\/1.1 403[\s\S]*Connection: close[\s\S]*denied$/);
  });

  it('answered early have a short rest drained, and the connection serves the next', async () => {
    await start(async (request) => (request.method === 'GET' ? answerOf(200, 'next') : await refuseEarly()));
    const wire = connectWire().write(put(100_000));
    await wire.until(/denied$/);
    wire.write(Buffer.alloc(100_000)).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await wire.until(/next$/)).not.toContain('Connection: close');
  });

  it('answered early behind another one that is slower leave that one its answer', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start(async (request) => {
      if (request.method !== 'GET') return await refuseEarly();
      await held;
      return answerOf(200, 'slow');
    });
    const wire = connectWire()
      .write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      .write(put(64 * 1024 * 1024));
    setTimeout(release, 30);
    expect(await wire.ended).toBe('end');
    expect(wire.received).toMatch(/^HTTP\/1.1 200[\s\S]*slowHTTP\/1.1 403[\s\S]*denied$/);
  });

  it('answered early with a chunked body are waited for a little', async () => {
    await start(async (request) => (request.method === 'GET' ? answerOf(200, 'next') : await refuseEarly()));
    const kept = connectWire().write(chunked).write('5\r\nhello\r\n0\r\n\r\n');
    await kept.until(/denied$/);
    kept.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await kept.until(/next$/)).not.toContain('Connection: close');
  });

  it('answered early with a long body get their answer, while the rest is dropped', async () => {
    await start(refuseEarly);
    for (const head of [put(64 * 1024 * 1024), chunked]) {
      const wire = connectWire().write(head);
      const piece = Buffer.alloc(0x10000);
      const framed = head === chunked ? Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]) : piece;
      let gone = false;
      void wire.ended.then(() => {
        gone = true;
      });
      // As a client does that sends all before it reads.
      for (let i = 0; i < 64 && !gone; i++) {
        if (!wire.socket.write(framed)) await new Promise<void>((resolve) => wire.socket.once('drain', resolve).once('close', resolve));
      }
      await wire.until(/denied$/);
      expect(await wire.ended).toBe('end');
      expect(wire.received).toMatch(/^HTTP\/1.1 403[\s\S]*Connection: close/);
    }
  });

  it('whose body stops are told after the time-out, and whose client leaves end at once', async () => {
    await start(echoLength, { idleMs: 50 });
    const slow = connectWire().write(put(10)).write('short');
    expect(await slow.until(/RequestTimeout/)).toMatch(/^HTTP\/1.1 400/);
    expect(await slow.ended).toBe('end');
    const failed = new Promise<string>((resolve) => {
      void server?.stop().then(async () => {
        await start(async (request) => {
          const answer = await echoLength(request);
          resolve(Buffer.from((answer.body ?? '') as Uint8Array).toString());
          return answer;
        });
        connectWire().write(put(10)).write('short').socket.end();
      });
    });
    expect(await failed).toBe('IncompleteBody');
  });

  it('do not time out while their body is being worked on', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start(
      async (request) => {
        for await (const _ of (request.body ?? []) as AsyncIterable<Uint8Array>) await held;
        return answerOf(200, 'done');
      },
      { idleMs: 30 },
    );
    const wire = connectWire().write(put(3)).write('abc');
    setTimeout(release, 120);
    expect(await wire.until(/done$/)).toMatch(/^HTTP\/1.1 200/);
  });

  it('followed by more bytes than they declared are answered, and then the connection ends', async () => {
    await start(echoLength);
    const wire = connectWire().write(`${put(5)}hello and more`);
    expect(await wire.until(/\/k 5/)).toMatch(/^HTTP\/1.1 200/);
    expect(await wire.ended).toBe('end');
    expect([...wire.received.matchAll(/HTTP\/1.1/g)]).toHaveLength(1);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 'InvalidRequest'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 'InvalidRequest'],
    ['a head that is too long', `GET / HTTP/1.1\r\nHost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 'InvalidRequest'],
    ['a length that is no number', put('ten'), 'InvalidArgument'],
    ['two lengths', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'InvalidArgument'],
    ['a length and chunks', 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 'Invalid'],
    ['a header with a control character', 'GET / HTTP/1.1\r\nHost: x\r\na: \x01\r\n\r\n', 'InvalidRequest'],
  ])('that are %s are answered and closed', async (_what, bytes, code) => {
    await start(echoLength);
    const wire = connectWire().write(Buffer.from(bytes, 'latin1'));
    expect(await wire.ended).toBe('end');
    expect(wire.received).toMatch(/^HTTP\/1.1 400 Bad Request[\s\S]*Connection: close/);
    expect(wire.received).toContain(code);
  });

  it('whose chunks are broken fail in the middle', async () => {
    await start(echoLength);
    const wire = connectWire().write(`${chunked}5\r\nhello\r\nzz\r\n`);
    await wire.until(/InvalidRequest/);
    expect(await wire.ended).toBe('end');
  });

  it('whose head does not end are closed after the time-out', async () => {
    await start(echoLength, { headMs: 100 });
    const wire = connectWire().write('GET / HTTP/1.1\r\nHost: x\r\n');
    expect(await wire.ended).toBe('end');
    expect(wire.received).toContain('RequestTimeout');
  });
});

describe('answers to sockets', () => {
  it('may use a chunk again once the next is asked for', async () => {
    const size = 256 * 1024;
    const count = 40;
    async function* body() {
      const shared = Buffer.alloc(size);
      for (let i = 0; i < count; i++) yield shared.fill(0x41 + i);
    }
    await start(async () => ({ status: 200, headers: [['Content-Length', String(size * count)]], body: body() }));
    const wire = connectWire().write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    // A reader that is slow at first makes writes wait.
    wire.socket.pause();
    setTimeout(() => wire.socket.resume(), 50);
    await wire.ended;
    const text = wire.received.slice(wire.received.indexOf('\r\n\r\n') + 4);
    expect(text.length).toBe(size * count);
    for (let i = 0; i < count; i++) {
      const letter = String.fromCharCode(0x41 + i);
      expect(text.slice(i * size, (i + 1) * size) === letter.repeat(size)).toBe(true);
    }
  });

  it('that fail after their head cut the connection', async () => {
    async function* body() {
      yield Buffer.alloc(1000);
      throw new Error('corrupt');
    }
    await start(async () => ({ status: 200, headers: [['Content-Length', '5000']], body: body() }));
    const wire = connectWire().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await wire.ended;
    expect(wire.received.length).toBeLessThan(5000);
  });

  it('whose client has gone stop being made', async () => {
    let stopped: () => void = () => {};
    const returned = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    let aborted = false;
    async function* body() {
      try {
        for (;;) yield Buffer.alloc(64 * 1024);
      } finally {
        stopped();
      }
    }
    await start(async (request) => {
      request.signal?.addEventListener('abort', () => {
        aborted = true;
      });
      return { status: 200, headers: [['Content-Length', '99999999999']], body: body() };
    });
    const wire = connectWire().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await wire.until(/HTTP/);
    wire.socket.destroy();
    await returned;
    expect(aborted).toBe(true);
  });

  it('that nobody reads end after the time-out', async () => {
    let stopped: () => void = () => {};
    const returned = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    async function* body() {
      try {
        for (;;) yield Buffer.alloc(1024 * 1024);
      } finally {
        stopped();
      }
    }
    await start(async () => ({ status: 200, headers: [['Content-Length', '99999999999']], body: body() }), { idleMs: 100 });
    const wire = connectWire().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    wire.socket.pause();
    await returned;
  });

  it('have no body to HEAD, and what was made for it is dropped', async () => {
    await start(async (request) => ({
      status: 200,
      headers: [['Content-Length', '5']],
      ...(request.method === 'HEAD' ? {} : { body: Buffer.from('hello') }),
    }));
    const wire = connectWire().write('HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await wire.until(/hello$/)).toMatch(/^HTTP\/1.1 200 OK\r\nContent-Length: 5\r\n[\s\S]*?\r\n\r\nHTTP\/1.1 200/);
  });
});

describe('stopping', () => {
  it('lets what is in flight end, closes what is idle, and takes nothing new', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun: () => void = () => {};
    const inFlight = new Promise<void>((resolve) => {
      begun = resolve;
    });
    await start(async (request) => {
      if (request.target === '/slow') {
        begun();
        await held;
      }
      return answerOf(200, 'done');
    });
    const idle = connectWire().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await idle.until(/done$/);
    const busy = connectWire().write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await inFlight;
    const stopped = server?.stop();
    expect(await idle.ended).toBe('end');
    release();
    expect(await busy.until(/done$/)).toContain('Connection: close');
    await stopped;
    const late = connectWire();
    expect(await late.ended).toBe('error');
  });

  it('closes connections that have asked nothing yet', async () => {
    await start(echoLength, { stopMs: 60_000 });
    const wire = connectWire();
    await new Promise((resolve) => wire.socket.once('connect', resolve));
    const served = connectWire().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await served.until(/ 0$/);
    await server?.stop();
    expect(await wire.ended).toBe('end');
  });

  it('does not wait for ever', async () => {
    await start(() => new Promise(() => {}), { stopMs: 50 });
    const wire = connectWire().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => wire.socket.once('connect', resolve));
    await server?.stop();
    await wire.ended;
  });

  it('rejects an address in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const options = { host: '127.0.0.1', tls: undefined, limits: testLimits, answer: echoLength, refuse: () => answerOf(400, '') };
    await expect(startNodeServer({ ...options, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    other.close();
  });
});
