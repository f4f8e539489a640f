import { expect, it } from 'vitest';
import { Nonces } from './nonces.ts';

const minutesMs = 60_000;

it('a nonce of a key is taken once while its time is good, and again long after', () => {
  const nonces = new Nonces();
  expect(nonces.take('ak', 'n', 0)).toBe(true);
  expect(nonces.take('other', 'n', 0)).toBe(true);
  for (const atMs of [0, 29 * minutesMs, 30 * minutesMs]) expect(nonces.take('ak', 'n', atMs)).toBe(false);
  expect(nonces.take('ak', 'late', 29 * minutesMs)).toBe(true);
  expect(nonces.take('ak', 'late', 59 * minutesMs)).toBe(false);
  expect(nonces.take('ak', 'n', 120 * minutesMs)).toBe(true);
});

it('however many come, the last ones are remembered, and none costs more than the first', () => {
  const nonces = new Nonces();
  for (let i = 0; i < 300_000; i++) nonces.take('ak', `n${i}`, 0);
  for (let i = 260_000; i < 300_000; i += 1000) expect(nonces.take('ak', `n${i}`, 0)).toBe(false);
  expect(nonces.take('ak', 'n0', 0)).toBe(true);
}, 10_000);
