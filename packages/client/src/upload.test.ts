import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdleWatch } from './idle-watch.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { prepareUpload, type UploadBody } from './upload.ts';

const watch: IdleWatch = { waiting: () => undefined, resting: () => undefined, stop: () => undefined };

async function collect(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk.slice());
  return new Uint8Array(Buffer.concat(chunks));
}

async function* pieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

const content = new TextEncoder().encode('Grüße, 世界! '.repeat(1000));

describe('prepareUpload', () => {
  const forms: [string, () => UploadBody, boolean, number | undefined][] = [
    ['bytes', () => content, true, content.length],
    ['text', () => new TextDecoder().decode(content), true, content.length],
    ['a Blob', () => new Blob([content]), true, content.length],
    ['an async iterable', () => pieces(content, 700), false, undefined],
    ['a Node stream', () => Readable.from(pieces(content, 700)), false, undefined],
    ['a web stream', () => new Blob([content]).stream() as unknown as UploadBody, false, undefined],
    ['a function', () => () => pieces(content, 700), true, undefined],
  ];

  it.each(forms)('sends %s as it is, and knows its checksum at the end', async (_, form, replayable, lengthBytes) => {
    const upload = prepareUpload(form(), undefined);
    expect(upload.lengthBytes).toBe(lengthBytes);
    const open = upload.open(watch);
    expect(await collect(open.body)).toEqual(content);
    expect(open.sent()).toEqual({ hashCrc64: crc64(content), lengthBytes: content.length });
    expect(upload.canSend()).toBe(replayable);
    if (replayable) expect(await collect(upload.open(watch).body)).toEqual(content);
  });

  it('does not know the checksum of a stream before its end', async () => {
    const open = prepareUpload(() => pieces(content, 700), undefined).open(watch);
    const chunks = (open.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    await chunks.next();
    expect(open.sent()).toBeUndefined();
  });

  it('cuts what is large into pieces of at most 1 MiB', async () => {
    const large = new Uint8Array(5 * 1024 * 1024 + 1).fill(7);
    for (const body of [large, () => pieces(large, large.length)]) {
      const lengths: number[] = [];
      const open = prepareUpload(body, undefined).open(watch);
      for await (const chunk of open.body as AsyncIterable<Uint8Array>) lengths.push(chunk.length);
      expect(lengths).toEqual([...Array.from({ length: 5 }, () => 1024 * 1024), 1]);
      expect(open.sent()?.hashCrc64).toBe(crc64(large));
    }
  });

  it('refuses a body of another length than announced, also when it shows late', async () => {
    expect(() => prepareUpload(content, 5)).toThrow(InvalidRequestError);
    for (const announced of [content.length - 1, content.length + 1]) {
      const open = prepareUpload(() => pieces(content, 700), announced).open(watch);
      await expect(collect(open.body)).rejects.toThrow(InvalidRequestError);
      expect(open.sent()).toBeUndefined();
    }
  });

  it('refuses a stream of something else than bytes, and what is no body', async () => {
    const texts = Readable.from(['a', 'b']) as unknown as UploadBody;
    await expect(collect(prepareUpload(texts, undefined).open(watch).body)).rejects.toThrow(InvalidRequestError);
    for (const none of [{}, 5, true, [1], new ArrayBuffer(1)]) {
      expect(() => prepareUpload(none as unknown as UploadBody, undefined)).toThrow(InvalidRequestError);
    }
  });

  it('outlives a Node stream that fails before it is read, and tells of it when it is', async () => {
    const stream = createReadStream('/there/is/no/such/file');
    const open = prepareUpload(stream, undefined).open(watch);
    // Without a listener of ours, this error would end the process.
    await new Promise<void>((resolve) => {
      stream.once('close', () => resolve());
    });
    await expect(collect(open.body)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('lets its source go when it is closed early', async () => {
    let left = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(10);
      } finally {
        left = true;
      }
    }
    const open = prepareUpload(endless, undefined).open(watch);
    await (open.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().next();
    open.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(left).toBe(true);
  });

  it('gives the same bytes and checksum however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 }), async (chunks) => {
        const whole = new Uint8Array(Buffer.concat(chunks));
        const open = prepareUpload(async function* () {
          yield* chunks;
        }, whole.length).open(watch);
        expect(await collect(open.body)).toEqual(whole);
        expect(open.sent()).toEqual({ hashCrc64: crc64(whole), lengthBytes: whole.length });
      }),
    );
  });
});
