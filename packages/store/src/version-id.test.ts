import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVersionId, versionIdOf } from './version-id.ts';

const id = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: 32, maxLength: 32 });
const order = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER, 1_704_067_200_000_000));

describe('version ids', () => {
  it('have the form of those of OSS: 64 characters, an alphabet without escapes, and the fields of its message', () => {
    const text = versionIdOf({ order: 1_704_067_200_000_000, id: '018CC251F40000112233445566778899' });
    expect(text).toMatch(/^CAEQ[A-Za-z0-9._]{60}$/);
    const bytes = Buffer.from(text.replaceAll('.', '+').replaceAll('_', '/'), 'base64');
    expect(bytes).toHaveLength(48);
    expect([...bytes.subarray(0, 5)]).toEqual([0x08, 0x01, 0x10, 0x01, 0x18]);
    // The varint ends with its ninth byte; then come 32 characters.
    expect([...bytes.subarray(5, 14)].map((byte) => byte >> 7)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0]);
    expect([...bytes.subarray(14, 16)]).toEqual([0x22, 32]);
    expect(bytes.toString('latin1', 16)).toBe('018cc251f40000112233445566778899');
  });

  it('say where their version stands, whatever the order', () => {
    fc.assert(
      fc.property(order, id, (order, id) => {
        expect(parseVersionId(versionIdOf({ order, id }))).toEqual({ order, id });
      }),
    );
  });

  it('are only texts that were minted', () => {
    fc.assert(
      fc.property(order, id, fc.nat(63), fc.constantFrom(...'AZaz09._-=+/ '), (order, id, at, other) => {
        const text = versionIdOf({ order, id });
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        const parsed = parseVersionId(changed);
        // Another text is another version, or none.
        if (changed !== text) expect(parsed).not.toEqual({ order, id });
        if (parsed !== undefined) expect(versionIdOf(parsed)).toBe(changed);
      }),
    );
  });

  it.each([
    '',
    'null',
    'IllegalVersion',
    'CAEQ',
    `CAEQ${'A'.repeat(60)}`,
    `CAEQ${'A'.repeat(61)}`,
    // One of OSS: another small number, and more after it than this store mints.
    'CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0aaaa',
    versionIdOf({ order: 1, id: '0'.repeat(32) }).slice(0, -1),
    versionIdOf({ order: 1, id: 'A'.repeat(32) }).toLowerCase(),
  ])('%j is none', (text) => {
    expect(parseVersionId(text)).toBeUndefined();
  });
});
