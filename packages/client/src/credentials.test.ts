import { describe, expect, it } from 'vitest';
import { TestClock } from './clock.test.support.ts';
import { CredentialsSource, type TemporaryCredentials } from './credentials.ts';

const numbered = (n: number, expiration?: Date): TemporaryCredentials => ({
  accessKeyId: `id-${n}`,
  accessKeySecret: 'secret',
  ...(expiration === undefined ? {} : { expiration }),
});

describe('CredentialsSource', () => {
  it('gives fixed credentials, which no refusal replaces', async () => {
    const source = new CredentialsSource(numbered(1), new TestClock());
    const held = await source.get();
    expect(held?.accessKeyId).toBe('id-1');
    expect(source.discard(held)).toBe(false);
  });

  it('asks the provider once however many calls wait', async () => {
    let asked = 0;
    const source = new CredentialsSource(async () => numbered(++asked), new TestClock());
    const all = await Promise.all(Array.from({ length: 20 }, () => source.get()));
    expect(asked).toBe(1);
    expect(new Set(all.map((one) => one?.accessKeyId))).toEqual(new Set(['id-1']));
  });

  it('asks again a minute before the end', async () => {
    const clock = new TestClock();
    let asked = 0;
    const source = new CredentialsSource(async () => numbered(++asked, new Date(clock.now() + 600_000)), clock);
    await source.get();
    await clock.advance(539_999);
    expect((await source.get())?.accessKeyId).toBe('id-1');
    await clock.advance(1);
    expect((await source.get())?.accessKeyId).toBe('id-2');
  });

  it('asks again after a refusal, but keeps newer ones than those refused', async () => {
    let asked = 0;
    const source = new CredentialsSource(async () => numbered(++asked), new TestClock());
    const first = await source.get();
    expect(source.discard(first)).toBe(true);
    const second = await source.get();
    expect(second?.accessKeyId).toBe('id-2');
    source.discard(first);
    expect(await source.get()).toBe(second);
  });

  it('passes on what the provider throws, and asks again the next time', async () => {
    let asked = 0;
    const source = new CredentialsSource(async () => {
      if (asked++ === 0) throw new Error('no metadata service');
      return numbered(asked);
    }, new TestClock());
    await expect(source.get()).rejects.toThrow('no metadata service');
    expect((await source.get())?.accessKeyId).toBe('id-2');
  });

  it('is anonymous without credentials', async () => {
    expect(await new CredentialsSource(undefined, new TestClock()).get()).toBeUndefined();
  });
});
