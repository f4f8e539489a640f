import { describe, expect, it } from 'vitest';
import { persistentHeaders } from './codec-persistent-headers.ts';
import { decodeResult, encodeResult } from './index.ts';
import { headObject } from './operations/object-read.ts';

const decode = (text: string) => persistentHeaders.decode(text, {});

describe('persistent headers', () => {
  it('are read and written as documented', () => {
    const headers = { myheader1: 'myvalue', myheader2: 'myvalue', x: '值', empty: '' };
    expect(decode('myheader1:bXl2YWx1ZQ==,myheader2:bXl2YWx1ZQ==,x:5YC8,empty:')).toEqual(headers);
    expect(decode(persistentHeaders.encode(headers, {}))).toEqual(headers);
    expect(decode('')).toEqual({});
    expect(decode(' A:dg== , b:dw==')).toEqual({ a: 'v', b: 'w' });
    expect(Object.entries(decode('__proto__:dg=='))).toEqual([['__proto__', 'v']]);
  });

  it.each([
    ...[
      'connection',
      'Content-Length',
      'content-type',
      'date',
      'ETag',
      'set-cookie',
      'transfer-encoding',
      'x-oss-meta-a',
      'x-oss-request-id',
    ],
    ...['access-control-allow-origin', 'strict-transport-security', 'location'],
  ])('do not take %s', (name) => {
    expect(() => decode(`${name}:dg==`)).toThrow('belongs to the protocol');
  });

  it.each(['a', ':dg==', 'a b:dg==', 'a:dg', 'a:gICA', 'a:DQo=', 'a:dg==;b:dg=='])('refuse %j', (text) => {
    expect(() => decode(text)).toThrow();
  });

  it('travel as plain headers, and come back without those of the protocol', () => {
    const message = encodeResult(
      headObject,
      { statusCode: 200, etag: '"A"', metadata: { m: '1' }, persistentHeaders: { 'x-own': '值' } },
      {},
    );
    expect(message.headers).toContainEqual(['x-own', '\u00e5\u0080\u00bc']);
    const headers = [...message.headers, ['Server', 's'], ['Date', 'd'], ['x-oss-request-id', 'r'], ['Connection', 'keep-alive']] as const;
    expect(decodeResult(headObject, { status: 200, headers }, {})).toEqual({
      statusCode: 200,
      etag: '"A"',
      metadata: { m: '1' },
      persistentHeaders: { 'x-own': '值' },
    });
  });
});
