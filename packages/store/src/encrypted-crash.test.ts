/** Rule by rule the operations are safe at every step (simulations, crash tests); here the steps that only encryption has. */
import { describe, expect, it } from 'vitest';
import { faultyBlobStore } from './blob/faulty.ts';
import { memoryBlobStore } from './blob/memory.ts';
import { type FaultOutcome, Faults } from './faults.ts';
import { faultyKeyValue } from './kv/faulty.ts';
import { memoryKeyValue } from './kv/memory.ts';
import { seededRandom } from './seeded-random.ts';
import { memoryKeyRing } from './simulation/memory-key-ring.ts';
import type { Encryption } from './store.ts';
import {
  at,
  blobNames,
  bytesOf,
  clean,
  complete,
  get,
  head,
  openBucketWorld,
  openWorld,
  properties,
  put,
  type World,
} from './world.test.support.ts';

const one: Encryption = { algorithm: 'KMS', keyId: 'one' };
const two: Encryption = { algorithm: 'KMS', keyId: 'two' };
const source = bytesOf(40_000, 1);
const old = bytesOf(300, 2);

interface Scenario {
  readonly prepare?: (world: World) => Promise<unknown>;
  /** Changes `d`. */
  readonly perform: (world: World) => Promise<unknown>;
  /** What `d` may be afterwards, beside what it was. */
  readonly made: Uint8Array;
}

function copyAs(encryption: Encryption | undefined) {
  return (world: World) => world.store.copyObject(at('s'), at('d'), () => properties, { encryption });
}

async function copyAsPart(world: World, encryption: Encryption | undefined) {
  const { id: uploadId } = await world.store.initiateUpload(at('d'), () => properties, { encryption });
  const to = { ...at('d'), uploadId };
  const range = { offsetBytes: 100, lengthBytes: 30_000 };
  await world.store.uploadPartCopy(at('s'), { ...to, partNumber: 1 }, () => range);
  await complete(world, to);
}

const putSource = (encryption: Encryption | undefined) => (world: World) =>
  world.store.putObject(at('s'), source, () => properties, { encryption });

const scenarios: Readonly<Record<string, Scenario>> = {
  'a put': { perform: (world) => world.store.putObject(at('d'), source, () => properties, { encryption: one }), made: source },
  'a copy that encrypts': { prepare: putSource(undefined), perform: copyAs(one), made: source },
  'a copy that decrypts': { prepare: putSource(one), perform: copyAs(undefined), made: source },
  'a copy under another key': { prepare: putSource(one), perform: copyAs(two), made: source },
  'a part copy that encrypts': {
    prepare: putSource(undefined),
    perform: (world) => copyAsPart(world, one),
    made: source.subarray(100, 30_100),
  },
  'a part copy under another key': {
    prepare: putSource(one),
    perform: (world) => copyAsPart(world, two),
    made: source.subarray(100, 30_100),
  },
  'an append that joins': {
    prepare: async (world) => {
      await world.store.removeObject(at('d'), () => {});
      for (let i = 0; i < 7; i++) {
        await world.store.appendObject(at('d'), source.subarray(i * 5_000, (i + 1) * 5_000), () => properties, { encryption: one });
      }
    },
    perform: (world) => world.store.appendObject(at('d'), source.subarray(35_000), () => properties),
    made: source,
  },
};

/** Performs a scenario with an outcome of the n-th step; false: it has fewer steps. */
async function run({ prepare, perform, made }: Scenario, index: number, outcome: FaultOutcome): Promise<boolean> {
  const [kv, blobs, keys] = [memoryKeyValue(), memoryBlobStore(), memoryKeyRing(seededRandom(7))];
  let performed = -1;
  const faults = new Faults(() => (performed >= 0 && performed++ === index ? outcome : 'ok'));
  const world = await openBucketWorld({ kv: faultyKeyValue(kv, faults), blobs: faultyBlobStore(blobs, faults), keys });
  await put(world, at('d'), old);
  await prepare?.(world);
  const before = await get(world, at('d'));
  performed = 0;
  const isDone = await perform(world).then(
    () => true,
    () => false,
  );
  const isOver = performed <= index;
  performed = -1;
  const later = await openWorld({ kv, blobs, keys });
  // What a client does with an upload that it gave up.
  const uploads = await later.store.listUploads('b', { prefix: '', delimiter: '', keyMarker: '', uploadIdMarker: '', limit: 10 });
  for (const { id: uploadId, key } of uploads?.items ?? []) await later.store.abortUpload({ ...at(key), uploadId }, () => {});
  await later.collectAll();
  const label = `step ${index} ${outcome}`;
  const after = await get(later, at('d'));
  const isMade = Buffer.compare(after, made) === 0;
  expect(isMade || (!isDone && Buffer.compare(after, before) === 0), label).toBe(true);
  expect(await later.audit(), label).toEqual(clean);
  expect(later.alarms, label).toEqual([]);
  if ((await head(later, at('s'))) !== undefined) expect(Buffer.compare(await get(later, at('s')), source), label).toBe(0);
  for (const key of ['s', 'd']) await later.store.removeObject(at(key), () => {});
  await later.collectAll();
  expect(await blobNames(later), label).toEqual([]);
  return !isOver;
}

describe('leaves the old or the new object, and nothing else', () => {
  it.each(Object.keys(scenarios))('%s, whichever step fails or is the last of its process', async (name) => {
    const scenario = scenarios[name] as Scenario;
    for (const outcome of ['crash-before', 'crash-after', 'fail-before'] as const) {
      let steps = 0;
      while (await run(scenario, steps, outcome)) steps++;
      expect(steps, outcome).toBeGreaterThan(2);
    }
  });
});
