import { ok } from 'node:assert/strict';
import type { BlobRange } from './blob-store.ts';

/** Asserts that a range is one: whole bytes, none before the start. */
export function judgeRange({ offsetBytes, lengthBytes }: BlobRange): void {
  const whole = Number.isSafeInteger(offsetBytes) && Number.isSafeInteger(offsetBytes + lengthBytes);
  ok(whole && offsetBytes >= 0 && lengthBytes >= 0, `${offsetBytes}+${lengthBytes} is no range`);
}
