import { describe, expect, it } from 'vitest';
import { RememberedDigests } from './remembered-digests.ts';

const md5 = (value: number) => new Uint8Array(16).fill(value);

describe('RememberedDigests', () => {
  it('gives back what was set, and lets go of a blob that is gone', () => {
    const remembered = new RememberedDigests();
    remembered.set('one', md5(1), new Set(['a', 'b']));
    remembered.set('two', md5(2), new Set(['b']));
    expect(remembered.get('one')).toEqual(md5(1));
    remembered.forget('a');
    expect(remembered.get('one')).toBeUndefined();
    expect(remembered.get('two')).toEqual(md5(2));
    remembered.forget('b');
    remembered.forget('b');
    expect(remembered.size).toBe(0);
  });

  it('is bounded by pairs of digest and blob; the one asked for least lately goes', () => {
    const remembered = new RememberedDigests(4);
    remembered.set('one', md5(1), new Set(['a']));
    remembered.set('two', md5(2), new Set(['a', 'b']));
    remembered.set('three', md5(3), new Set(['c']));
    expect(remembered.get('one')).toEqual(md5(1));
    remembered.set('four', md5(4), new Set(['d']));
    expect(remembered.get('two')).toBeUndefined();
    expect(remembered.get('one')).toEqual(md5(1));
    expect(remembered.get('three')).toEqual(md5(3));
    remembered.set('wide', md5(5), new Set(['a', 'b', 'c', 'd']));
    expect(remembered.size).toBe(1);
    // Setting again does not count twice.
    remembered.set('wide', md5(5), new Set(['a', 'b', 'c', 'd']));
    expect(remembered.get('wide')).toEqual(md5(5));
  });
});
