import type { Random } from '@ossature/store';

/** 24 upper-case hex digits: the Unix time in seconds, then 64 random bits. */
export function mintRequestId(nowMs: number, random: Random): string {
  let id = (Math.floor(nowMs / 1000) % 0x1_0000_0000).toString(16).padStart(8, '0');
  for (const byte of random.bytes(8)) id += byte.toString(16).padStart(2, '0');
  return id.toUpperCase();
}
