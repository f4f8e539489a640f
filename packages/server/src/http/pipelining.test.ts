import type { Socket } from 'node:net';
import type { RawRequest, ResponseMessage } from '@ossature/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import type { NodeServer } from './node-server.ts';
import { answerOf, serveWires, Wire } from './wire.test.support.ts';

let server: NodeServer | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.stop();
  server = undefined;
});

async function start(answer: (request: RawRequest) => Promise<ResponseMessage>): Promise<void> {
  server = await serveWires(answer);
}

function connectWire(): Wire {
  const wire = new Wire(server?.port ?? 0);
  sockets.push(wire.socket);
  return wire;
}

describe('requests sent ahead of their answers', () => {
  it('of one connection are answered one after the other, however slow the first is', async () => {
    const begun: string[] = [];
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start(async (request) => {
      begun.push(request.target);
      if (request.target === '/slow') await held;
      return answerOf(200, request.target);
    });
    const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`;
    // More than a connection may have waiting: the rest is read when there is room again.
    const many = Array.from({ length: 100 }, (_, i) => `/${i}`);
    const wire = connectWire().write(get('/slow') + many.map(get).join(''));
    const other = connectWire().write(get('/other'));
    await other.until(/\/other$/);
    expect(begun).toEqual(['/slow', '/other']);
    release();
    await wire.until(/\/99$/);
    expect(begun).toEqual(['/slow', '/other', ...many]);
  });

  it('behind the last one of a connection are not looked at', async () => {
    const begun: string[] = [];
    await start(async (request) => {
      begun.push(request.target);
      return answerOf(200, 'ok');
    });
    const wire = connectWire().write('GET /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await wire.ended).toBe('end');
    expect(begun).toEqual(['/1']);
  });

  it('come with every header, however many there are', async () => {
    let seen: RawRequest | undefined;
    await start(async (request) => {
      seen = request;
      return answerOf(200, 'ok');
    });
    const fillers = 'a:\r\n'.repeat(5000);
    await connectWire().write(`GET / HTTP/1.1\r\nHost: x\r\n${fillers}x-oss-last: 1\r\n\r\n`).until(/ok$/);
    expect(seen?.headers.length).toBe(5002);
    expect(seen?.headers.at(-1)).toEqual(['x-oss-last', '1']);
  });
});
