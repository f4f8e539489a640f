import { ok } from 'node:assert/strict';
import type { Clock } from '@ossature/protocol';
import type { Random } from './random.ts';

/** 32 upper-case hex characters: 6 bytes of milliseconds, so that ids sort roughly by time, and 10 random bytes. Never reused. */
export type Id = string;

export interface Minting {
  readonly clock: Clock;
  readonly random: Random;
}

export const idLengthBytes = 16;

const timeLengthBytes = 6;

export function mintId({ clock, random }: Minting): Id {
  const bytes = Buffer.alloc(idLengthBytes);
  bytes.writeUIntBE(Math.max(0, Math.floor(clock.now())), 0, timeLengthBytes);
  bytes.set(random.bytes(idLengthBytes - timeLengthBytes), timeLengthBytes);
  return textOfId(bytes);
}

/** Whether a text that came from outside can be an id at all. */
export function isId(text: string): text is Id {
  return /^[0-9A-F]{32}$/.test(text);
}

/** The 16 bytes that stand for an id in keys and records. */
export function bytesOfId(id: Id): Uint8Array {
  ok(isId(id), 'an id is 32 upper-case hex characters');
  return Buffer.from(id, 'hex');
}

export function textOfId(bytes: Uint8Array): Id {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();
}

/** The least id that is greater than a text which need not be one, in byte order; undefined: none is. */
export function leastIdAfter(marker: string): Id | undefined {
  const length = 2 * idLengthBytes;
  const digits = /^[0-9A-F]*/.exec(marker.slice(0, length))?.[0] ?? '';
  const next = marker.charAt(digits.length);
  if (digits.length === length || next > 'F') {
    const incremented = digits === '' ? '' : (BigInt(`0x${digits}`) + 1n).toString(16).toUpperCase().padStart(digits.length, '0');
    return incremented.length === digits.length && digits !== '' ? incremented.padEnd(length, '0') : undefined;
  }
  return `${digits}${next > '9' ? 'A' : '0'}`.padEnd(length, '0');
}
