import { describe, expect, it } from 'vitest';
import { operations } from '../operations/index.ts';
import { type WireCase, wireCase } from './case.ts';
import { runCase } from './run-case.ts';

const at = { bucket: 'bkt', key: 'a' } as const;
const value = { ...at, metadata: { author: '中文' }, body: new TextEncoder().encode('hello') } as const;
const message = { ...at, headers: [['X-OSS-Meta-Author', '中文']], body: 'hello' } as const;
const result = { statusCode: 200, etag: '"A"' } as const;

/** The ways in which a case does not hold. */
function failures(wire: WireCase): readonly string[] {
  return runCase(wire)
    .filter(({ actual, expected }) => {
      try {
        expect(actual).toEqual(expected);
        return false;
      } catch {
        return true;
      }
    })
    .map(({ way }) => way);
}

describe('runCase', () => {
  it('holds both ends to a case, with text as UTF-8 and header names in any letter case', () => {
    const wire = wireCase(operations.putObject, 'right', {
      request: { value, message },
      response: { value: result, message: { headers: [['etag', '"A"']] } },
    });
    expect(runCase(wire).map(({ way }) => way)).toEqual(['client encodes', 'server decodes', 'server encodes', 'client decodes']);
    expect(failures(wire)).toEqual([]);
  });

  it.each([
    ['a header', { ...message, headers: [['x-oss-meta-author', '中']] }],
    ['one header too many', { ...message, headers: [...message.headers, ['Expires', '0']] }],
    ['the body', { ...message, body: 'hello ' }],
    ['the key', { ...message, key: 'b' }],
  ] as const)('finds %s that differs, at both ends', (_, wrong) => {
    expect(failures(wireCase(operations.putObject, 'wrong', { request: { value, message: wrong } }))).toEqual([
      'client encodes',
      'server decodes',
    ]);
  });

  it('finds what differs in an answer', () => {
    const response = { value: result, message: { headers: [['ETag', '"B"']] } } as const;
    expect(failures(wireCase(operations.putObject, 'wrong', { response }))).toEqual(['server encodes', 'client decodes']);
  });

  it('runs a case one way where it says so', () => {
    const request = {
      value: { ...at, contentType: 'a,b' },
      message: {
        ...at,
        headers: [
          ['content-type', 'a'],
          ['Content-Type', 'b'],
        ],
      },
      only: { way: 'decode', because: 'nobody sends a header twice' },
    } as const;
    expect(runCase(wireCase(operations.putObject, 'twice', { request })).map(({ way }) => way)).toEqual(['server decodes']);
  });

  it('throws what a decoder finds wrong', () => {
    const request = { value: at, message: { ...at, headers: [['x-oss-object-acl', 'public']] } } as const;
    expect(() => runCase(wireCase(operations.putObject, 'faulty', { request }))).toThrow('no such bucket access control exists');
  });

  it('has types', () => {
    const request = { value: { bucket: 'b' }, message: { bucket: 'b' } } as const;
    // @ts-expect-error: a key is required
    const wire = wireCase(operations.putObject, 'no key', { request });
    expect(() => failures(wire)).toThrow('key is missing');
  });
});
