import { systemRandom } from '@ossature/store';
import { describe, expect, it } from 'vitest';
import { mintRequestId } from './request-id.ts';

describe('mintRequestId', () => {
  it('begins with the time and does not repeat', () => {
    const minted = Array.from({ length: 5000 }, () => mintRequestId(0x5c3d9175 * 1000 + 999, systemRandom));
    for (const id of minted) expect(id).toMatch(/^5C3D9175[0-9A-F]{16}$/);
    expect(new Set(minted).size).toBe(minted.length);
  });

  it('writes every byte as two digits', () => {
    expect(mintRequestId(0, { bytes: (length) => Uint8Array.from({ length }, (_, i) => i) })).toBe('000000000001020304050607');
  });
});
