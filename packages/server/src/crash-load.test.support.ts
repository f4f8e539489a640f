import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { multipartEtag } from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import { type Answer, rawRequestOf, type TestRequest } from './sender.test.support.ts';
import { sendOverSocket } from './socket-sender.test.support.ts';

export interface Content {
  readonly bytes: Buffer;
  readonly etag: string;
}

export interface UploadFacts {
  readonly key: string;
  readonly uploadId: string;
  /** By number: what was acknowledged. */
  readonly parts: Map<number, Content>;
}

/** What the server has acknowledged, and what it had been asked when it was killed. */
export class Acknowledged {
  /** By key; undefined where it was deleted. */
  readonly objects = new Map<string, Content | undefined>();
  readonly uploads = new Map<string, UploadFacts>();
  /** By key: what a request that was cut would have made of it. */
  readonly objectsInDoubt = new Map<string, Content | undefined>();
  /** Uploads that a request that was cut would have ended. */
  readonly uploadsInDoubt = new Set<string>();
}

/** Numbers from 0 to below `end`, from a seed (mulberry32). */
export function seededDraw(seed: number): (end: number) => number {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
}

export function contentOf(bytes: Buffer): Content {
  return { bytes, etag: createHash('md5').update(bytes).digest('hex').toUpperCase() };
}

/** Bytes that no other seed gives. */
export function randomContent(draw: (end: number) => number, sizeBytes: number): Content {
  const block = Buffer.alloc(Math.min(sizeBytes, 4096));
  for (let i = 0; i < block.length; i++) block[i] = draw(256);
  return contentOf(Buffer.alloc(sizeBytes, block.length === 0 ? 0 : block));
}

/** Inline, a blob, and a blob of several chunks. */
const sizesBytes = [0, 300, 20_000, 150_000, 700_000, 1_500_000] as const;
const minPartBytes = 102_400;
const bucket = 'bkt';

export interface LoadOptions {
  readonly endpoint: string;
  readonly acknowledged: Acknowledged;
  readonly draw: (end: number) => number;
  /** The keys that this worker alone writes: what stands under them is known at any time. */
  readonly keys: readonly string[];
  /** A key that nobody writes, and what it holds: the source of copies. */
  readonly base: { readonly key: string; readonly content: Content };
  /** Called for everything that happens: it is where the server is killed. */
  readonly onEvent: () => void;
}

/** One client that writes, one request after the other, until its server is gone. */
export class Worker {
  readonly #options: LoadOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** Rejects with the error of the connection when the server is killed, and with another one where it answers what it must not. */
  async run(): Promise<never> {
    const { draw } = this.#options;
    const acts = [() => this.#put(), () => this.#put(), () => this.#copy(), () => this.#copy(), () => this.#remove(), () => this.#upload()];
    try {
      for (;;) await acts[draw(acts.length)]?.();
    } finally {
      this.#agent.destroy();
    }
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#options.draw(from.length)] as T;
  }

  async #send(request: TestRequest, status = 200): Promise<Answer> {
    const { endpoint, onEvent } = this.#options;
    onEvent();
    const raw = rawRequestOf({ bucket, ...request }, Date.now());
    const answer = await sendOverSocket(endpoint, raw, { agent: this.#agent, onPiece: onEvent });
    if (answer.status !== status) throw new TypeError(`${raw.method} ${raw.target} was answered ${answer.status} ${answer.text}`);
    return answer;
  }

  /** A request that changes what stands under a key: in doubt until it is answered. */
  async #change(key: string, after: Content | undefined, request: TestRequest, status?: number): Promise<void> {
    const { objects, objectsInDoubt } = this.#options.acknowledged;
    objectsInDoubt.set(key, after);
    await this.#send({ key, ...request }, status);
    objectsInDoubt.delete(key);
    objects.set(key, after);
    this.#options.onEvent();
  }

  async #put(): Promise<void> {
    const content = randomContent(this.#options.draw, this.#pick(sizesBytes));
    await this.#change(this.#pick(this.#options.keys), content, { method: 'PUT', body: content.bytes });
  }

  async #remove(): Promise<void> {
    await this.#change(this.#pick(this.#options.keys), undefined, { method: 'DELETE' }, 204);
  }

  async #copy(): Promise<void> {
    const { keys, base, acknowledged } = this.#options;
    const source = this.#pick([...keys, base.key]);
    const content = source === base.key ? base.content : acknowledged.objects.get(source);
    if (content === undefined) return;
    await this.#change(this.#pick(keys), content, { method: 'PUT', headers: { 'x-oss-copy-source': `/${bucket}/${source}` } });
  }

  /** Parts that are sent and copied, and then Complete, or not yet. */
  async #upload(): Promise<void> {
    const { draw, keys, base, acknowledged } = this.#options;
    const key = this.#pick(keys);
    const begun = await this.#send({ method: 'POST', key, query: { uploads: '' } });
    const uploadId = begun.element('UploadId') ?? '';
    const upload: UploadFacts = { key, uploadId, parts: new Map() };
    acknowledged.uploads.set(uploadId, upload);
    for (let count = 1 + draw(3), partNumber = 1; partNumber <= count; partNumber++) {
      const query = { uploadId, partNumber: String(partNumber) };
      const first = draw(base.content.bytes.length - 2 * minPartBytes);
      const last = first + minPartBytes + draw(minPartBytes) - 1;
      const isCopy = draw(2) === 0;
      const content = isCopy
        ? contentOf(base.content.bytes.subarray(first, last + 1))
        : randomContent(draw, minPartBytes + draw(5) * 100_000);
      const headers = { 'x-oss-copy-source': `/${bucket}/${base.key}`, 'x-oss-copy-source-range': `bytes=${first}-${last}` };
      await this.#send({ method: 'PUT', key, query, ...(isCopy ? { headers } : { body: content.bytes }) });
      upload.parts.set(partNumber, content);
      this.#options.onEvent();
    }
    if (draw(4) === 0) return;
    acknowledged.uploadsInDoubt.add(uploadId);
    await this.#change(key, completedContent(upload), completeRequest(upload));
    acknowledged.uploadsInDoubt.delete(uploadId);
    acknowledged.uploads.delete(uploadId);
  }
}

export function completedContent({ parts }: UploadFacts): Content {
  const contents = [...parts.values()];
  return {
    bytes: Buffer.concat(contents.map(({ bytes }) => bytes)),
    etag: multipartEtag(
      nodeDigests,
      contents.map(({ etag }) => etag),
    ),
  };
}

export function completeRequest({ key, uploadId, parts }: UploadFacts): TestRequest {
  const list = [...parts].map(([number, { etag }]) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`);
  return { method: 'POST', key, query: { uploadId }, body: `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>` };
}
