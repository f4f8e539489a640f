import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('of one name come one after another, in the order in which they were asked for; of others at any time', async () => {
    const turns = new Turns();
    const had: string[] = [];
    const have = async (name: string, what: string) => {
      const end = await turns.take(name);
      had.push(`${what} begins`);
      await new Promise(setImmediate);
      had.push(`${what} ends`);
      end();
    };
    await Promise.all([have('a', '1'), have('a', '2'), have('b', '3'), have('a', '4')]);
    const inOrder = had.filter((each) => !each.startsWith('3'));
    expect(inOrder).toEqual(['1 begins', '1 ends', '2 begins', '2 ends', '4 begins', '4 ends']);
    expect(had.indexOf('3 begins')).toBeLessThan(had.indexOf('1 ends'));
    await have('a', '5');
  });
});
