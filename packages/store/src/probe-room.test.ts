import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasRoom, isFull } from './probe-room.ts';

describe('hasRoom', () => {
  it('tries, and leaves nothing behind', async () => {
    const path = await mkdtemp(join(tmpdir(), 'ossature-room-'));
    try {
      expect(await hasRoom(path, 0)).toBe(true);
      // No file system takes a file of 8 EiB: it may not grow there.
      expect(await hasRoom(path, Number.MAX_SAFE_INTEGER)).toBe(false);
      expect(await readdir(path)).toEqual([]);
    } finally {
      await rm(path, { recursive: true });
    }
  });
});

describe('isFull', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('knows %s', (code) => {
    expect(isFull(Object.assign(new Error(code), { code }))).toBe(true);
  });
  it('does not take other faults for it', () => {
    for (const error of [Object.assign(new Error('EIO'), { code: 'EIO', errno: -5 }), new Error('full'), undefined]) {
      expect(isFull(error)).toBe(false);
    }
  });
});
