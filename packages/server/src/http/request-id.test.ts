import { systemRandom } from '@ossature/store';
import { describe, expect, it } from 'vitest';
import { RequestIds } from './request-id.ts';

describe('RequestIds', () => {
  it('begin with the time and never repeat, also beyond one draw of randomness', () => {
    const ids = new RequestIds(systemRandom);
    const minted = Array.from({ length: 2000 }, () => ids.mint(0x5c3d9175 * 1000 + 999));
    for (const id of minted) expect(id).toMatch(/^5C3D9175[0-9A-F]{16}$/);
    expect(new Set(minted).size).toBe(minted.length);
  });

  it('write every byte as two digits', () => {
    const ids = new RequestIds({ bytes: (length) => Uint8Array.from({ length }, (_, i) => i) });
    expect([ids.mint(0), ids.mint(0)]).toEqual(['000000000001020304050607', '0000000008090A0B0C0D0E0F']);
  });
});
