import { describe, expect, it } from 'vitest';
import { nodeDigests } from './digests-node.ts';
import { etagOfMd5, multipartEtag, quoteEtag, sameEtag, unquoteEtag } from './etag.ts';

describe('etags', () => {
  it('quotes once and unquotes once', () => {
    expect(quoteEtag('5EB6')).toBe('"5EB6"');
    expect(quoteEtag('"5EB6"')).toBe('"5EB6"');
    expect(unquoteEtag('"5EB6"')).toBe('5EB6');
    expect(unquoteEtag('5EB6')).toBe('5EB6');
    expect(unquoteEtag('"')).toBe('"');
    expect(unquoteEtag('""')).toBe('');
  });

  it('compares without quotes and letter case', () => {
    expect(sameEtag('"5eb6-2"', '5EB6-2')).toBe(true);
    expect(sameEtag('5EB6', '5EB7')).toBe(false);
  });

  it('is the upper-case hex of the MD5', () => {
    expect(etagOfMd5(nodeDigests.hash('md5', 'hello world'))).toBe('5EB63BBBE01EEED093CB22BB8F5ACDC3');
    expect(etagOfMd5(nodeDigests.hash('md5', 'A'.repeat(102400)))).toBe('17FEA6E97583648E493E6D8BCD54C8F4');
  });

  it('of parts is the MD5 of their ETags as text', () => {
    const first = '17FEA6E97583648E493E6D8BCD54C8F4';
    const second = '38B18761D3D0C217371967A98D545C2E';
    expect(multipartEtag(nodeDigests, [first, second])).toBe('86E5AA8EEA4A212784B2E18829FD870A-2');
    expect(multipartEtag(nodeDigests, [first])).toBe('9E83B5157A3614B6405D755A1295A9C0-1');
    // However a client spells the ETags of its parts.
    expect(multipartEtag(nodeDigests, [`"${first}"`, second.toLowerCase()])).toBe('86E5AA8EEA4A212784B2E18829FD870A-2');
  });
});
