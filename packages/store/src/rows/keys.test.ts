import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mintId } from '../ids.ts';
import { manualClock } from '../manual-clock.ts';
import { seededRandom } from '../seeded-random.ts';
import {
  blobOfOwner,
  bucketKey,
  bucketNameOf,
  dueKey,
  dueUntil,
  firstIdOf,
  headKey,
  headOf,
  headsOf,
  isName,
  isUntaggedHead,
  justAfter,
  lastIdOf,
  nameBytesOfHead,
  nameBytesOfUntagged,
  nameBytesOfUpload,
  nameBytesOfVersioned,
  orderOf,
  ownerKey,
  ownersOf,
  partKey,
  partNumberOf,
  partOwner,
  partsOf,
  sinceMsOf,
  tagged,
  text,
  untagged,
  uploadKey,
  uploadsOf,
  upperBound,
  versionKey,
  versionsOf,
  versionsOfName,
} from './keys.ts';

const minting = { clock: manualClock(), random: seededRandom(3) };
const [bucket, other, upload, attempt] = [mintId(minting), mintId(minting), mintId(minting), mintId(minting)] as const;

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter(isName);
const sign = (order: number) => Math.sign(order);
const isUnder = (prefix: Uint8Array, key: Uint8Array) => Buffer.compare(prefix, key) <= 0 && Buffer.compare(key, upperBound(prefix)) < 0;

describe('keys', () => {
  it('of heads sort as the bytes of the names', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        const order = Buffer.compare(headKey(bucket, a), headKey(bucket, b));
        expect(sign(order)).toBe(sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });

  it('of uploads sort by name and then by id', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        const order = Buffer.compare(uploadKey(bucket, a, upload), uploadKey(bucket, b, attempt));
        const byName = sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(sign(order)).toBe(byName === 0 ? sign(Buffer.compare(Buffer.from(upload), Buffer.from(attempt))) : byName);
      }),
    );
  });

  it('of versions sort by name, then the newest first; without tags the head comes before them', () => {
    const order = fc.maxSafeNat();
    fc.assert(
      fc.property(name, name, order, order, (a, b, first, second) => {
        const compared = sign(Buffer.compare(versionKey(bucket, a, first), versionKey(bucket, b, second)));
        const byName = sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(compared).toBe(byName === 0 ? sign(second - first) : byName);
        const [head, older] = [untagged(headKey(bucket, a)), untagged(versionKey(bucket, b, second))];
        expect(sign(Buffer.compare(head, older))).toBe(byName === 0 ? -1 : byName);
        expect([isUntaggedHead(head), isUntaggedHead(older)]).toEqual([true, false]);
        expect([text(nameBytesOfUntagged(head)), text(nameBytesOfUntagged(older))]).toEqual([a, b]);
      }),
    );
  });

  it('of versions tell their name, their order, and the key of their head', () => {
    fc.assert(
      fc.property(name, fc.maxSafeNat(), (name, order) => {
        const key = versionKey(bucket, name, order);
        expect([text(nameBytesOfVersioned(key)), orderOf(key), headOf(key)]).toEqual([name, order, headKey(bucket, name)]);
        expect(text(nameBytesOfVersioned(headKey(bucket, name)))).toBe(name);
        expect(isUnder(versionsOfName(bucket, name), key)).toBe(true);
        expect(isUnder(versionsOf(bucket), key)).toBe(true);
        expect(isUnder(versionsOfName(bucket, `${name}a`), key)).toBe(false);
        expect(tagged('version', untagged(key))).toEqual(key);
      }),
    );
    expect(() => versionKey(bucket, 'k', -1)).toThrow('whole number');
    expect(() => versionKey(bucket, 'k', 2 ** 53)).toThrow('whole number');
  });

  it('of parts sort by number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0xffff }), (a, b) => {
        expect(sign(Buffer.compare(partKey(upload, a), partKey(upload, b)))).toBe(sign(a - b));
        expect(partNumberOf(partKey(upload, a))).toBe(a);
      }),
    );
  });

  it('tell what they were made of', () => {
    fc.assert(
      fc.property(name, (key) => {
        expect(text(nameBytesOfHead(headKey(bucket, key)))).toBe(key);
        expect(text(nameBytesOfUpload(uploadKey(bucket, key, upload)))).toBe(key);
        expect(bucketNameOf(bucketKey(key))).toBe(key);
      }),
    );
    expect(lastIdOf(uploadKey(bucket, 'k', upload))).toBe(upload);
    expect(firstIdOf(uploadKey(bucket, 'k', upload))).toBe(bucket);
    expect(blobOfOwner(ownerKey('p/w/1', partOwner(upload, 7, attempt)))).toEqual({ blob: 'p/w/1', owner: partOwner(upload, 7, attempt) });
    expect(sinceMsOf(dueKey(1_704_067_200_123, upload))).toBe(1_704_067_200_123);
  });

  it('of one bucket, upload or blob are those under its prefix', () => {
    fc.assert(
      fc.property(name, (key) => {
        expect(isUnder(headsOf(bucket), headKey(bucket, key))).toBe(true);
        expect(isUnder(headsOf(bucket), headKey(other, key))).toBe(false);
        expect(isUnder(uploadsOf(bucket), uploadKey(bucket, key, upload))).toBe(true);
      }),
    );
    expect(isUnder(partsOf(upload), partKey(upload, 0xffff))).toBe(true);
    // `p/w/1` is a prefix of the name `p/w/10`, and has its own owners all the same.
    expect(isUnder(ownersOf('p/w/1'), ownerKey('p/w/10', partOwner(upload, 1, attempt)))).toBe(false);
  });

  it('of quarantines are due in the order of their dates', () => {
    expect(Buffer.compare(dueKey(1_000, upload), dueUntil(1_000))).toBeLessThan(0);
    expect(Buffer.compare(dueKey(1_001, bucket), dueUntil(1_000))).toBeGreaterThan(0);
    expect(Buffer.compare(dueKey(0, bucket), dueUntil(-5))).toBeLessThan(0);
  });
});

describe('bounds', () => {
  it('the upper bound is the least key that is greater than all with the prefix', () => {
    expect(Buffer.from(upperBound(Uint8Array.of(1, 2)))).toEqual(Buffer.of(1, 3));
    expect(Buffer.from(upperBound(Uint8Array.of(1, 0xff, 0xff)))).toEqual(Buffer.of(2));
    expect(() => upperBound(Uint8Array.of(0xff))).toThrow('no upper bound');
  });

  it('nothing is between a key and the one just after it', () => {
    expect(Buffer.from(justAfter(Uint8Array.of(1, 0xff)))).toEqual(Buffer.of(1, 0xff, 0));
  });
});

describe('names', () => {
  it.each([
    ['a', true],
    ['', false],
    ['a\0b', false],
    ['\ud800', false],
    ['ÿ', true],
    ['𝄞', true],
    ['x'.repeat(1_023), true],
    ['x'.repeat(1_024), false],
    ['文'.repeat(341), true],
    ['文'.repeat(342), false],
  ])('%j: %j', (text, expected) => expect(isName(text)).toBe(expected));

  it('that cannot stand in a key are asserts', () => {
    expect(() => headKey(bucket, 'a\0')).toThrow('a name is well-formed');
  });
});
