import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store, systemRandom } from '@ossature/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from '../sender.test.support.ts';
import { openServerKey } from './open-server-key.ts';
import { serverKeyOf } from './server-key.ts';

const plain = Buffer.from('a secret');

describe('a server key', () => {
  const key = serverKeyOf(new Uint8Array(32).fill(1), systemRandom);

  it('opens what it sealed, for the same purpose and context', () => {
    const sealed = key.seal('purpose', 'context', plain);
    expect(key.open('purpose', 'context', sealed)).toEqual(plain);
    expect(key.seal('purpose', 'context', plain)).not.toBe(sealed);
    expect(sealed).not.toContain(plain.toString('base64'));
  });

  it('opens nothing else', () => {
    const sealed = key.seal('purpose', 'context', plain);
    const other = serverKeyOf(new Uint8Array(32).fill(2), systemRandom);
    const bytes = Buffer.from(sealed, 'base64');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    const attempts = [
      () => other.open('purpose', 'context', sealed),
      () => key.open('other', 'context', sealed),
      () => key.open('purpose', 'other', sealed),
      () => key.open('purpose', 'context', bytes.toString('base64')),
      () => key.open('purpose', 'context', sealed.slice(0, 20)),
      () => key.open('purpose', 'context', ''),
    ];
    for (const attempt of attempts) expect(attempt).toThrow();
  });
});

describe('the server key of a store', () => {
  let directory: string;
  let store: Store;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ossature-key-'));
    store = await openStore({ data: 'memory', clock: new TestClock() });
  });
  afterEach(() => rm(directory, { recursive: true }));
  const open = (keyFile?: string) => openServerKey(store, { data: directory, keyFile, random: systemRandom });

  it('is made once, for its owner alone to read', async () => {
    const first = await open();
    const file = join(directory, 'server.key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    const second = await open();
    expect(second.open('p', 'c', first.seal('p', 'c', plain))).toEqual(plain);
  });

  it('is not made again where it has gone, nor is another one taken', async () => {
    await open();
    const file = join(directory, 'server.key');
    const text = await readFile(file, 'utf8');
    await rm(file);
    await expect(open()).rejects.toThrow(/server\.key \(ENOENT\)/);
    await expect(stat(file)).rejects.toThrow();
    await writeFile(file, `${'0'.repeat(64)}\n`);
    const refused = await open().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RangeError);
    expect((refused as Error).message).toMatch(/server\.key is not the one/);
    await writeFile(file, text.trim().toUpperCase());
    await open();
  });

  it('is that of the file that is named', async () => {
    const file = join(directory, 'elsewhere', 'key');
    await expect(open(file)).rejects.toThrow(RangeError);
    await mkdir(join(directory, 'elsewhere'));
    for (const text of ['', 'secret', '0'.repeat(63), `${'0'.repeat(64)} 1`]) {
      await writeFile(file, text);
      const refused = (await open(file).catch((error: unknown) => error)) as Error;
      expect(refused.message).toContain('64 hex digits');
      if (text !== '') expect(refused.message).not.toContain(text);
    }
    await writeFile(file, 'ab'.repeat(32));
    await open(file);
    await expect(stat(join(directory, 'server.key'))).rejects.toThrow();
    await expect(open()).rejects.toThrow(/server\.key/);
  });
});
