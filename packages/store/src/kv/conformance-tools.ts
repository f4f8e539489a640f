import type { TestContext } from 'vitest';
import type { Commit, KeyValue, Row } from './key-value.ts';

/** What the suites share. */
export interface Tools {
  kv(): KeyValue;
  commit(commit: Partial<Commit>): Promise<'committed' | 'conflict'>;
  get(key: string): Promise<Row | undefined>;
  keys(): Promise<readonly (string | undefined)[]>;
  /** For tests of nothing but what is kept. */
  skipUnlessKept(context: TestContext): void;
  /** Closes and opens again, where the adapter can; where it cannot the test goes on with what is open. */
  reopen(): Promise<void>;
}

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
export const text = (value: Uint8Array | undefined): string | undefined => value && Buffer.from(value).toString('latin1');
export const put = (key: string, value: string) => ({ key: bytes(key), value: bytes(value) });
export const remove = (key: string) => ({ key: bytes(key), value: undefined });
export const all = { from: bytes(''), to: new Uint8Array(8).fill(0xff), limit: 10_000 };
