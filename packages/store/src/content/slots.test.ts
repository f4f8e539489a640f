import { describe, expect, it } from 'vitest';
import { createDigestMemory } from './digest-kernels.ts';
import { type Slot, Slots } from './slots.ts';

const signal = new AbortController().signal;
const slotsOf = (count: number) => new Slots(createDigestMemory(1, count * 512 * 1024), count);

describe('Slots', () => {
  it('hands out as many as there are, each its own bytes, and then in the order of asking', async () => {
    const slots = slotsOf(2);
    const first = await slots.acquire(signal);
    const second = await slots.acquire(signal);
    expect(Math.abs(first.offset - second.offset)).toBe(512 * 1024);
    const order: string[] = [];
    const third = slots.acquire(signal);
    const thirdNoted = third.then(() => order.push('third'));
    const fourth = slots.acquire(signal);
    const fourthNoted = fourth.then(() => order.push('fourth'));
    expect(slots.heldCount).toBe(2);
    slots.release(second);
    expect(await third).toBe(second);
    slots.release(first);
    expect(await fourth).toBe(first);
    await Promise.all([thirdNoted, fourthNoted]);
    expect(order).toEqual(['third', 'fourth']);
    slots.release(first);
    slots.release(second);
    expect(slots.heldCount).toBe(0);
  });

  it('lets go of one who aborts while waiting', async () => {
    const slots = slotsOf(1);
    const held = await slots.acquire(signal);
    const abort = new AbortController();
    const given = slots.acquire(abort.signal);
    const next = slots.acquire(signal);
    abort.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    await expect(slots.acquire(abort.signal)).rejects.toThrow('gone');
    slots.release(held);
    expect(await next).toBe(held);
  });

  it('calls back a lent slot when another waits, and only then', async () => {
    const slots = slotsOf(1);
    let held: Slot | undefined = await slots.acquire(signal);
    const giveUp = () => {
      slots.release(held as Slot);
      held = undefined;
    };
    slots.lend(giveUp)();
    const takeBack = slots.lend(giveUp);
    expect(held).toBeDefined();
    const other = await slots.acquire(signal);
    expect(held).toBeUndefined();
    takeBack();
    // One who lends while others wait already is asked at once.
    const waiting = slots.acquire(signal);
    let asked = 0;
    slots.lend(() => {
      asked++;
      slots.release(other);
    });
    expect(asked).toBe(1);
    expect(await waiting).toBe(other);
  });

  it('refuses a slot that is released twice', async () => {
    const slots = slotsOf(1);
    const slot = await slots.acquire(signal);
    slots.release(slot);
    expect(() => slots.release(slot)).toThrow('once');
  });
});
