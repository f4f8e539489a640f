import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc64 } from '@ossature/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Acknowledged,
  type Content,
  completedContent,
  completeRequest,
  randomContent,
  seededDraw,
  type UploadFacts,
  Worker,
} from './crash-load.test.support.ts';
import { type Answer, rawRequestOf, type TestRequest } from './sender.test.support.ts';
import { type ChildServer, serveInChild } from './serve-in-child.test.support.ts';
import { sendOverSocket } from './socket-sender.test.support.ts';

const bucket = 'bkt';
const workerCount = 5;
const killsPerSeed = 3;
/** Requests, pieces of bodies and answers: somewhere among so many the server is killed. */
const maxEvents = 400;

let directory: string;
let server: ChildServer | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ossature-server-crash-'));
});
afterEach(async () => {
  server?.kill();
  await server?.ended;
  server = undefined;
  await rm(directory, { recursive: true });
});

function send(endpoint: string, request: TestRequest): Promise<Answer> {
  return sendOverSocket(endpoint, rawRequestOf({ bucket, ...request }, Date.now()));
}

/** Lets the workers write until the server is killed at the given event. */
async function loadAndKill(
  running: ChildServer,
  acknowledged: Acknowledged,
  base: { readonly key: string; readonly content: Content },
  draw: (end: number) => number,
): Promise<void> {
  const killAt = 1 + draw(maxEvents);
  let events = 0;
  const onEvent = () => {
    if (++events === killAt) running.kill();
  };
  const workers = Array.from({ length: workerCount }, (_, number) => {
    const keys = Array.from({ length: 4 }, (_, i) => `w${number}/${i}`);
    return new Worker({ endpoint: running.endpoint, acknowledged, draw: seededDraw(draw(2 ** 31)), keys, base, onEvent });
  });
  const outcomes = await Promise.allSettled(workers.map((worker) => worker.run()));
  await running.ended;
  for (const outcome of outcomes) {
    // A connection that broke is what was asked for; anything else is an answer that should not have been.
    if (outcome.status === 'rejected' && !('code' in (outcome.reason as Error))) throw outcome.reason;
  }
  expect(events).toBeGreaterThanOrEqual(killAt);
}

/** Every object is what was acknowledged last, or what the request in doubt would have made of it; adopts which of the two. */
async function judgeObjects(endpoint: string, acknowledged: Acknowledged): Promise<void> {
  const { objects, objectsInDoubt } = acknowledged;
  const keys = new Set([...objects.keys(), ...objectsInDoubt.keys()]);
  for (const key of keys) {
    const got = await send(endpoint, { key });
    const candidates = [objects.get(key), ...(objectsInDoubt.has(key) ? [objectsInDoubt.get(key)] : [])];
    const found = candidates.find((content) =>
      content === undefined ? got.status === 404 : got.header('etag') === `"${content.etag}"` && got.bytes.equals(content.bytes),
    );
    const facts = { key, status: got.status, etag: got.header('etag'), sizeBytes: got.bytes.length };
    const isExplained = found !== undefined || (got.status === 404 && candidates.includes(undefined));
    expect({ ...facts, isExplained }).toEqual({ ...facts, isExplained: true });
    if (found !== undefined) expect(got.header('x-oss-hash-crc64ecma')).toBe(String(crc64(found.bytes)));
    objects.set(key, found);
  }
  objectsInDoubt.clear();
}

/** The list shows what stands, and nothing else. */
async function judgeList(endpoint: string, objects: ReadonlyMap<string, Content | undefined>): Promise<void> {
  const { text } = await send(endpoint, { query: { 'max-keys': '1000' } });
  const listed = [...text.matchAll(/<Key>(.*?)<\/Key>.*?<ETag>"(.*?)"<\/ETag>.*?<Size>(\d+)<\/Size>/g)].map((found) => found.slice(1, 4));
  const standing = [...objects].flatMap(([key, content]) =>
    content === undefined ? [] : [[key, content.etag, String(content.bytes.length)]],
  );
  expect(listed).toEqual(standing.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

/** Every upload that was acknowledged and not ended stands with its parts and can be completed; the others are aborted. */
async function judgeUploads(endpoint: string, acknowledged: Acknowledged): Promise<void> {
  const { uploads, uploadsInDoubt, objects } = acknowledged;
  const listed = async () => [...(await send(endpoint, { query: { uploads: '' } })).text.matchAll(/<Key>(.*?)<.*?<UploadId>(.*?)</g)];
  const standing = new Set((await listed()).map(([, , uploadId]) => uploadId));
  for (const upload of uploads.values()) {
    if (!standing.has(upload.uploadId)) {
      expect(uploadsInDoubt).toContain(upload.uploadId);
      continue;
    }
    await judgeParts(endpoint, upload);
    if (upload.parts.size === 0) continue;
    const done = await send(endpoint, completeRequest(upload));
    const content = completedContent(upload);
    expect([done.status, done.header('etag')]).toEqual([200, `"${content.etag}"`]);
    objects.set(upload.key, content);
  }
  for (const [, key = '', uploadId] of await listed()) {
    expect((await send(endpoint, { method: 'DELETE', key, query: { uploadId } })).status).toBe(204);
  }
  expect(await listed()).toEqual([]);
  uploads.clear();
  uploadsInDoubt.clear();
}

async function judgeParts(endpoint: string, { key, uploadId, parts }: UploadFacts): Promise<void> {
  const { text } = await send(endpoint, { key, query: { uploadId } });
  for (const [partNumber, { etag }] of parts) {
    expect(text).toMatch(new RegExp(`<PartNumber>${partNumber}</PartNumber><LastModified>[^<]*</LastModified><ETag>"${etag}"`));
  }
}

describe('a server that is killed under load', () => {
  it.each([1, 2, randomInt(2 ** 31)])('has kept what it had acknowledged: seed %d', async (seed) => {
    const draw = seededDraw(seed);
    const base = { key: 'base', content: randomContent(draw, 1_000_000) };
    const acknowledged = new Acknowledged();
    server = await serveInChild(directory);
    expect((await send(server.endpoint, { method: 'PUT', key: base.key, body: base.content.bytes })).status).toBe(200);
    acknowledged.objects.set(base.key, base.content);
    for (let kill = 0; kill < killsPerSeed; kill++) {
      await loadAndKill(server, acknowledged, base, draw);
      server = await serveInChild(directory);
      const { endpoint } = server;
      await judgeObjects(endpoint, acknowledged);
      await judgeList(endpoint, acknowledged.objects);
      await judgeUploads(endpoint, acknowledged);
      await judgeList(endpoint, acknowledged.objects);
    }
    await server.stop();
  });
});
