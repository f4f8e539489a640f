import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { ContentKey, keyLengthBytes } from './content-key.ts';
import { sampleBytes } from './sample-content.test.support.ts';

const bytes = sampleBytes(7, keyLengthBytes);
const key = new ContentKey(bytes, seededRandom(1));
const other = new ContentKey(sampleBytes(8, keyLengthBytes), seededRandom(2));
const corrupt = expect.objectContaining({ name: 'StoreError', fault: 'corrupt' });

const flipped = (value: Uint8Array, at: number) => {
  const changed = Uint8Array.from(value);
  changed[at] = (changed[at] as number) ^ 1;
  return changed;
};

describe('ContentKey', () => {
  it('opens what it sealed, as long as the plain bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (plain) => {
        const sealed = key.sealInline(plain);
        expect(sealed.bytes).toHaveLength(plain.length);
        expect(Buffer.compare(key.openInline(sealed), plain)).toBe(0);
        expect(() => other.openInline(sealed)).toThrow(corrupt);
      }),
    );
  });

  it('seals the same bytes into others each time', () => {
    const plain = sampleBytes(3, 100);
    const [first, second] = [key.sealInline(plain), key.sealInline(plain)];
    expect(first.bytes).not.toEqual(second.bytes);
    expect(first.encryption.nonce).not.toEqual(second.encryption.nonce);
  });

  it.each(['bytes', 'nonce', 'tag'] as const)('opens nothing of which the %s are others', (what) => {
    const sealed = key.sealInline(sampleBytes(3, 50));
    const { encryption } = sealed;
    const length = what === 'bytes' ? sealed.bytes.length : encryption[what].length;
    for (let at = 0; at < length; at++) {
      const changed =
        what === 'bytes'
          ? { ...sealed, bytes: flipped(sealed.bytes, at) }
          : { ...sealed, encryption: { ...encryption, [what]: flipped(encryption[what], at) } };
      expect(() => key.openInline(changed), `${what} ${at}`).toThrow(corrupt);
    }
    const cut =
      what === 'bytes'
        ? { ...sealed, bytes: sealed.bytes.subarray(1) }
        : { ...sealed, encryption: { ...encryption, [what]: encryption[what].subarray(1) } };
    expect(() => key.openInline(cut)).toThrow(corrupt);
  });

  it("opens a blob's key for that blob only, and only as it was wrapped", () => {
    const minted = key.mintBlobKey('p/1/a');
    expect(minted.key).toHaveLength(keyLengthBytes);
    expect(Buffer.compare(key.openBlobKey('p/1/a', minted.wrapped), minted.key)).toBe(0);
    expect(() => key.openBlobKey('p/1/b', minted.wrapped)).toThrow(corrupt);
    expect(() => other.openBlobKey('p/1/a', minted.wrapped)).toThrow(corrupt);
    for (let at = 0; at < minted.wrapped.length; at++) {
      expect(() => key.openBlobKey('p/1/a', flipped(minted.wrapped, at)), `byte ${at}`).toThrow(corrupt);
    }
    for (const length of [0, 11, 12, 59]) expect(() => key.openBlobKey('p/1/a', minted.wrapped.subarray(0, length))).toThrow(corrupt);
  });

  it('mints another key for each blob, none of them its own', () => {
    const keys = ['p/1/a', 'p/1/a', 'p/1/b'].map((blob) => Buffer.from(key.mintBlobKey(blob).key).toString('hex'));
    expect(new Set([...keys, Buffer.from(bytes).toString('hex')]).size).toBe(4);
  });

  it('wraps the same key of a blob under another content key', () => {
    const minted = key.mintBlobKey('p/1/a');
    const wrapped = key.rewrapBlobKey('p/1/a', minted.wrapped, other);
    expect(Buffer.compare(other.openBlobKey('p/1/a', wrapped), minted.key)).toBe(0);
    expect(() => key.openBlobKey('p/1/a', wrapped)).toThrow(corrupt);
    expect(() => other.rewrapBlobKey('p/1/a', minted.wrapped, key)).toThrow(corrupt);
  });

  it('never opens one kind of thing as another', () => {
    const { wrapped } = key.mintBlobKey('inline');
    const encryption = { nonce: wrapped.subarray(0, 12), tag: wrapped.subarray(44) };
    expect(() => key.openInline({ bytes: wrapped.subarray(12, 44), encryption })).toThrow(corrupt);
  });

  it('is not shown by what shows objects', () => {
    for (const text of [inspect(key, { showHidden: true, depth: 9 }), JSON.stringify({ key }), String(key)]) {
      expect(text).not.toContain(Buffer.from(bytes).toString('hex').slice(0, 8));
      expect(text).not.toContain(`${bytes[0]}, ${bytes[1]}`);
    }
    expect(JSON.stringify(key)).toBe('{}');
  });
});
