import { crc64 } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import { ChecksumError } from './checksum-error.ts';
import { createDownload, type Expected } from './download.ts';

const content = new TextEncoder().encode('the bytes of an object');

async function* chunks(): AsyncGenerator<Uint8Array> {
  yield content.subarray(0, 5);
  yield content.subarray(5);
}

function download(expected: Partial<Expected>, source: AsyncIterable<Uint8Array> = chunks()) {
  const calls: string[] = [];
  const body = createDownload(
    source,
    { lengthBytes: undefined, hashCrc64: undefined, ...expected },
    { release: () => calls.push('release'), abandon: () => calls.push('abandon') },
  );
  return { body, calls };
}

describe('createDownload', () => {
  const right: Expected = { lengthBytes: content.length, hashCrc64: crc64(content) };

  it('gives bytes, text, or chunks', async () => {
    expect(await download(right).body.bytes()).toEqual(content);
    expect(await download(right).body.text()).toBe('the bytes of an object');
    const seen: number[] = [];
    for await (const chunk of download(right).body) seen.push(chunk.length);
    expect(seen).toEqual([5, content.length - 5]);
  });

  it('copies what it collects: a transport may reuse its buffer', async () => {
    const buffer = new Uint8Array(4);
    async function* reusing(): AsyncGenerator<Uint8Array> {
      for (let round = 1; round <= 3; round++) yield buffer.fill(round);
    }
    expect(await download({}, reusing()).body.bytes()).toEqual(new Uint8Array([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]));
  });

  it.each([
    ['another checksum', { hashCrc64: crc64(content) + 1n }],
    ['fewer bytes', { lengthBytes: content.length + 1 }],
    ['more bytes', { lengthBytes: content.length - 1 }],
  ])('is an error at its end for %s', async (_, wrong) => {
    const { body, calls } = download({ ...right, ...wrong });
    let received = 0;
    const read = async () => {
      for await (const chunk of body) received += chunk.length;
    };
    await expect(read()).rejects.toThrow(ChecksumError);
    expect(received).toBe(content.length);
    expect(calls).toContain('release');
    await expect(download({ ...right, ...wrong }).body.bytes()).rejects.toThrow(ChecksumError);
  });

  it('releases the exchange at the end, and when the reader leaves', async () => {
    const ended = download(right);
    await ended.body.bytes();
    expect(ended.calls).toEqual(['release']);
    const left = download(right);
    for await (const _ of left.body) break;
    expect(left.calls).toEqual(['release']);
  });

  it('refuses a second reading, which would find nothing', async () => {
    const { body } = download(right);
    await body.bytes();
    await expect(body.text()).rejects.toThrow('was read before');
    expect(() => body[Symbol.asyncIterator]()).toThrow('was read before');
  });

  it('breaks the exchange off when it is cancelled unread', async () => {
    const { body, calls } = download(right);
    await body.cancel();
    expect(calls).toContain('abandon');
  });
});
