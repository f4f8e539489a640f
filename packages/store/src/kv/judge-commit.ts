import { ok } from 'node:assert/strict';
import { type Commit, keyValueLimits } from './key-value.ts';

/**
 * Asserts the port's rules on a commit, before anything of it is written. A commit that breaks one is a bug of the caller, so what is
 * thrown is an AssertionError and no StoreError. Every adapter calls this first.
 */
export function judgeCommit({ checks, writes }: Commit): void {
  ok(checks.length <= keyValueLimits.checks, `a commit has ${checks.length} checks, more than ${keyValueLimits.checks}`);
  ok(writes.length <= keyValueLimits.writes, `a commit has ${writes.length} writes, more than ${keyValueLimits.writes}`);
  const puts = new Map<string, boolean>();
  for (const { key, value } of writes) {
    judgeKey(key);
    ok(value === undefined || value.length <= keyValueLimits.valueBytes, `a value has ${value?.length} bytes`);
    const name = nameOf(key);
    ok(!puts.has(name), `a commit writes key ${name} twice`);
    puts.set(name, value !== undefined);
  }
  for (const { key, revision } of checks) {
    judgeKey(key);
    // Absence of a key that the commit does not put cannot be checked on every database: two commits would pass each other.
    ok(revision !== undefined || puts.get(nameOf(key)) === true, `a commit checks absence of key ${nameOf(key)} and does not put it`);
  }
}

/** Asserts that a key can be stored: 1 to 1,978 bytes. */
export function judgeKey(key: Uint8Array): void {
  ok(key.length > 0 && key.length <= keyValueLimits.keyBytes, `a key has ${key.length} bytes`);
}

/** Asserts that the bounds of a range can be compared by every adapter: they have no more bytes than a key; the lower one may be empty. */
export function judgeRange(from: Uint8Array, to: Uint8Array): void {
  ok(Math.max(from.length, to.length) <= keyValueLimits.keyBytes, `a bound has ${Math.max(from.length, to.length)} bytes`);
}

/** A key as a string that is equal exactly where the bytes are equal; it can be a key of a Map, and be read in a message. */
export function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}
