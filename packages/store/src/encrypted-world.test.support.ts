/** What the tests of encrypted copies share: worlds with a key ring, and objects of every kind of encryption. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { KeyFault } from './key-ring.ts';
import { seededRandom } from './seeded-random.ts';
import { type MemoryKeyRing, memoryKeyRing } from './simulation/memory-key-ring.ts';
import type { Encryption, ObjectAddress } from './store.ts';
import { complete, openBucketWorld, properties, takeCommits, type World } from './world.test.support.ts';

export const kms = (keyId: string): Encryption => ({ algorithm: 'KMS', keyId });
export const wanted: Readonly<Record<string, Encryption | undefined>> = {
  plain: undefined,
  aes: { algorithm: 'AES256' },
  one: kms('one'),
  two: kms('two'),
};
export const names = Object.keys(wanted);
export const pairs = names.flatMap((from) => names.map((to) => [from, to] as const));
export const isKeyFault = (reason: KeyFault['reason']) => expect.objectContaining({ name: 'KeyFault', reason });
export const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex').toUpperCase();

export async function openKeyWorld(): Promise<{ readonly world: World; readonly ring: MemoryKeyRing }> {
  const ring = memoryKeyRing(seededRandom(4_711));
  const world = await openBucketWorld({ keys: ring, quarantineMs: 0 });
  return { world, ring };
}

export function putAs(world: World, address: ObjectAddress, body: Uint8Array, encryption: Encryption | undefined) {
  return world.store.putObject(address, body, () => properties, { encryption });
}

export async function initiateAs(world: World, address: ObjectAddress, encryption: Encryption | undefined) {
  const { id: uploadId } = await world.store.initiateUpload(address, () => properties, { encryption });
  return { ...address, uploadId };
}

export async function putPartsAs(world: World, address: ObjectAddress, bodies: readonly Uint8Array[], encryption: Encryption | undefined) {
  const to = await initiateAs(world, address, encryption);
  for (const [i, body] of bodies.entries()) await world.store.uploadPart({ ...to, partNumber: i + 1 }, body, () => {});
  return complete(world, to);
}

export function copyAs(world: World, source: ObjectAddress, destination: ObjectAddress, encryption: Encryption | undefined) {
  return world.store.copyObject(
    source,
    destination,
    (rows) => {
      if (rows.source === undefined) throw new Error('NoSuchKey');
      return properties;
    },
    { encryption },
  );
}

/** What was done since it was asked last. */
export function taken(world: World) {
  return { commits: takeCommits(world), blobCalls: world.blobCalls.splice(0) };
}

export const nothing = { commits: [], blobCalls: [] };
