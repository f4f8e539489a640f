import { type KeyFault, openStore, type Store, systemRandom } from '@ossature/store';
import { beforeEach, describe, expect, it } from 'vitest';
import { serverKeyOf } from '../secrets/server-key.ts';
import { TestClock } from '../sender.test.support.ts';
import { LocalKeyRing } from './local-key-ring.ts';
import { type MasterKey, masterKeyLimits } from './master-key.ts';

const clock = new TestClock();
const serverKey = serverKeyOf(new Uint8Array(32).fill(7), systemRandom);
const contentKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const dayMs = 24 * 60 * 60 * 1000;
const unknown = '00000000-0000-4000-8000-000000000000';
let store: Store;
beforeEach(async () => {
  store = await openStore({ data: 'memory', clock });
});

async function loadRing(key = serverKey): Promise<LocalKeyRing> {
  const ring = new LocalKeyRing({ clock, random: systemRandom });
  await ring.load(store, key);
  return ring;
}

async function newKey(ring: LocalKeyRing): Promise<MasterKey> {
  const key = await ring.createKey('mine');
  if (key === undefined) throw new Error('the ring is full');
  return key;
}

const faultOf = async (work: Promise<unknown>) => ((await work.catch((error: unknown) => error)) as KeyFault).reason;
const documents = () => store.listDocuments('kms/');

describe('a local key ring', () => {
  it('cannot be used before it is loaded', async () => {
    const ring = new LocalKeyRing({ clock, random: systemRandom });
    expect(await faultOf(ring.wrap({ algorithm: 'AES256' }, contentKey))).toBe('unavailable');
    expect(await faultOf(ring.unwrap({ algorithm: 'AES256', wrapped: new Uint8Array(65) }))).toBe('unavailable');
    expect(await faultOf(ring.createKey())).toBe('unavailable');
  });

  it('wraps under its own key, under that of the service, and under a named one', async () => {
    const ring = await loadRing();
    const { id } = await newKey(ring);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const own = await ring.wrap({ algorithm: 'AES256' }, contentKey);
    const service = await ring.wrap({ algorithm: 'KMS' }, contentKey);
    const named = await ring.wrap({ algorithm: 'KMS', keyId: id }, contentKey);
    expect([own.keyId, named.keyId]).toEqual([undefined, id]);
    expect(service.keyId).toBe((await ring.listKeys()).find(({ kind }) => kind === 'service')?.id);
    for (const envelope of [own, service, named]) {
      expect(await ring.unwrap(envelope)).toEqual(Buffer.from(contentKey));
      expect(Buffer.from(envelope.wrapped).includes(Buffer.from(contentKey))).toBe(false);
    }
    expect((await ring.wrap({ algorithm: 'KMS', keyId: id }, contentKey)).wrapped).not.toEqual(named.wrapped);
  });

  it('makes one key for those who name none, also when many ask at once', async () => {
    const ring = await loadRing();
    const envelopes = await Promise.all(Array.from({ length: 20 }, () => ring.wrap({ algorithm: 'KMS' }, contentKey)));
    expect(new Set(envelopes.map(({ keyId }) => keyId)).size).toBe(1);
    await Promise.all(Array.from({ length: 20 }, () => ring.wrap({ algorithm: 'AES256' }, contentKey)));
    expect(await documents()).toHaveLength(2);
    expect(await ring.listKeys()).toHaveLength(1);
  });

  it('refuses what it did not wrap', async () => {
    const ring = await loadRing();
    const [one, other] = [await newKey(ring), await newKey(ring)];
    const good = await ring.wrap({ algorithm: 'KMS', keyId: one.id }, contentKey);
    const changed = (position: number) => {
      const wrapped = Buffer.from(good.wrapped);
      wrapped[position] = (wrapped[position] ?? 0) ^ 1;
      return { ...good, wrapped };
    };
    const bad = [
      { ...good, keyId: other.id },
      { ...good, keyId: undefined },
      { algorithm: 'AES256' as const, wrapped: good.wrapped },
      { ...good, wrapped: good.wrapped.subarray(1) },
      { ...good, wrapped: new Uint8Array(0) },
      ...[0, 1, 4, 5, 20, 64].map(changed),
    ];
    for (const envelope of bad) await expect(ring.unwrap(envelope)).rejects.toMatchObject({ name: 'StoreError', fault: 'corrupt' });
    await ring.wrap({ algorithm: 'AES256' }, contentKey);
    await expect(ring.unwrap({ algorithm: 'AES256', wrapped: good.wrapped })).rejects.toMatchObject({ fault: 'corrupt' });
    expect(await ring.unwrap(good)).toEqual(Buffer.from(contentKey));
  });

  it('opens with every version and wraps with the newest', async () => {
    const ring = await loadRing();
    const { id } = await newKey(ring);
    const old = await ring.wrap({ algorithm: 'KMS', keyId: id }, contentKey);
    const rotated = await ring.rotateKey(id);
    expect(rotated?.versions).toHaveLength(2);
    const fresh = await ring.wrap({ algorithm: 'KMS', keyId: id }, contentKey);
    const again = await loadRing();
    for (const envelope of [old, fresh]) expect(await again.unwrap(envelope)).toEqual(Buffer.from(contentKey));
    const versionOf = (wrapped: Uint8Array) => Buffer.from(wrapped).readUInt32BE(1);
    expect([versionOf(old.wrapped), versionOf(fresh.wrapped)]).toEqual([1, 2]);
    expect(await ring.rotateKey(unknown)).toBeUndefined();
  });

  it('tells why a key cannot be used, and takes it again', async () => {
    const ring = await loadRing();
    const { id } = await newKey(ring);
    const envelope = await ring.wrap({ algorithm: 'KMS', keyId: id }, contentKey);
    const both = () => Promise.all([faultOf(ring.wrap({ algorithm: 'KMS', keyId: id }, contentKey)), faultOf(ring.unwrap(envelope))]);
    await ring.changeKey(id, () => ({ state: 'Disabled' }));
    expect(await both()).toEqual(['disabled', 'disabled']);
    const restarted = await loadRing();
    expect(await faultOf(restarted.unwrap(envelope))).toBe('disabled');
    await ring.changeKey(id, () => ({ state: 'PendingDeletion', deletionMs: clock.now() + 7 * dayMs }));
    expect(await both()).toEqual(['pending-deletion', 'pending-deletion']);
    await ring.changeKey(id, () => ({ state: 'Enabled' }));
    expect(await ring.unwrap(envelope)).toEqual(Buffer.from(contentKey));
    expect(await faultOf(ring.wrap({ algorithm: 'KMS', keyId: unknown }, contentKey))).toBe('not-found');
    expect(await ring.changeKey(unknown, ({ state }) => ({ state }))).toBeUndefined();
  });

  it('changes nothing where a decision throws', async () => {
    const ring = await loadRing();
    const { id } = await newKey(ring);
    const refusal = new Error('no');
    const refuse = () => {
      throw refusal;
    };
    await expect(ring.changeKey(id, refuse)).rejects.toBe(refusal);
    await expect(ring.rotateKey(id, refuse)).rejects.toBe(refusal);
    expect(ring.getKey(id)).toMatchObject({ state: 'Enabled', versions: [expect.anything()] });
    expect(await ring.createKey()).toBeDefined();
  });

  it('tells no change that it could not keep', async () => {
    const ring = new LocalKeyRing({ clock, random: systemRandom });
    let isFull = false;
    const putDocument: Store['putDocument'] = (name, decide) =>
      isFull ? Promise.reject(new Error('full')) : store.putDocument(name, decide);
    await ring.load({ listDocuments: store.listDocuments, putDocument }, serverKey);
    const { id } = await newKey(ring);
    isFull = true;
    await expect(ring.changeKey(id, () => ({ state: 'Disabled' }))).rejects.toThrow('full');
    await expect(ring.createKey()).rejects.toThrow('full');
    await expect(ring.wrap({ algorithm: 'AES256' }, contentKey)).rejects.toThrow('full');
    expect(ring.getKey(id)?.state).toBe('Enabled');
    isFull = false;
    expect(await ring.wrap({ algorithm: 'AES256' }, contentKey)).toBeDefined();
    expect(await ring.listKeys()).toHaveLength(1);
  });

  it('destroys a key whose time has come', async () => {
    const ring = await loadRing();
    const [kept, gone] = [await newKey(ring), await newKey(ring)];
    const envelope = await ring.wrap({ algorithm: 'KMS', keyId: gone.id }, contentKey);
    await ring.changeKey(gone.id, () => ({ state: 'PendingDeletion', deletionMs: clock.now() + 7 * dayMs }));
    clock.nowMs += 7 * dayMs - 1;
    expect((await ring.listKeys()).map(({ id }) => id)).toContain(gone.id);
    clock.nowMs += 1;
    expect(await faultOf(ring.unwrap(envelope))).toBe('not-found');
    expect(ring.getKey(gone.id)).toBeUndefined();
    expect(await ring.changeKey(gone.id, () => ({ state: 'Enabled' }))).toBeUndefined();
    expect(await documents()).toHaveLength(2);
    const again = await loadRing();
    expect((await documents()).map(({ name }) => name)).toEqual([`kms/${kept.id}`]);
    expect(await faultOf(again.unwrap(envelope))).toBe('not-found');
  });

  it('keeps its material under the server key alone', async () => {
    const given: Uint8Array[] = [];
    const bytes = (length: number) => {
      given.push(systemRandom.bytes(length));
      return given.at(-1) ?? new Uint8Array();
    };
    const ring = new LocalKeyRing({ clock, random: { bytes } });
    await ring.load(store, serverKey);
    const { id } = await newKey(ring);
    await ring.rotateKey(id);
    const texts = (await documents()).map(({ text }) => text).join('\n');
    const materials = given.filter(({ length }) => length === 32);
    expect(materials).toHaveLength(2);
    for (const material of materials) {
      for (const form of ['hex', 'base64', 'latin1'] as const) expect(texts).not.toContain(Buffer.from(material).toString(form));
    }
    await expect(loadRing(serverKeyOf(new Uint8Array(32).fill(8), systemRandom))).rejects.toMatchObject({ fault: 'corrupt' });
    // Material that stands under another key's name is not taken for its own.
    const [document] = await documents();
    await store.putDocument(`kms/${unknown}`, () => document?.text.replaceAll(id, unknown));
    await expect(loadRing()).rejects.toMatchObject({ fault: 'corrupt' });
  });

  it('has an end', async () => {
    const ring = new LocalKeyRing({ clock, random: systemRandom });
    await ring.load({ listDocuments: () => Promise.resolve([]), putDocument: () => Promise.resolve() }, serverKey);
    for (let count = 0; count < masterKeyLimits.keys; count++) expect(await ring.createKey()).toBeDefined();
    expect(await ring.createKey()).toBeUndefined();
  });
});
