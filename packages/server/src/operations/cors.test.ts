import type { RawRequest } from '@ossature/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer({ buckets: ['bkt', 'bare'] });
});
afterEach(async () => {
  await test.server.close();
});

/** A signature that is right for nothing. */
const asIfFor = (raw: RawRequest): RawRequest => ({ ...raw, target: raw.target.replace(/(x-oss-signature=)[0-9a-f]+/, '$100') });

const bucket = 'bkt';
const origin = 'https://page.example';
const rule = (inner: string) => `<CORSRule>${inner}</CORSRule>`;
const put = (rules: string, rest = '') =>
  test.send({ method: 'PUT', bucket, query: { cors: undefined }, body: `<CORSConfiguration>${rules}${rest}</CORSConfiguration>` });
const usual =
  '<AllowedOrigin>https://page.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>' +
  '<AllowedHeader>x-oss-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-oss-request-id</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds>';
const any = '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>';

const allowed = (answer: Answer) => [
  answer.header('access-control-allow-origin'),
  answer.header('access-control-allow-methods'),
  answer.header('access-control-expose-headers'),
  answer.header('access-control-max-age'),
  answer.header('vary'),
];
const nothing = [undefined, undefined, undefined, undefined, undefined];
const told = [origin, 'GET, PUT', 'ETag, x-oss-request-id', '60', undefined];

describe('the CORS rules of a bucket', () => {
  it('are put, told and removed', async () => {
    expect(await test.send({ bucket, query: { cors: undefined } })).toMatchObject({ status: 404, code: 'NoSuchCORSConfiguration' });
    expect((await put(rule(usual) + rule(any), '<ResponseVary>true</ResponseVary>')).status).toBe(200);
    expect((await test.send({ bucket, query: { cors: undefined } })).text).toContain(
      `<CORSConfiguration>${rule(usual)}${rule(any)}<ResponseVary>true</ResponseVary></CORSConfiguration>`,
    );
    expect((await test.send({ method: 'DELETE', bucket, query: { cors: undefined } })).status).toBe(204);
    expect(await test.send({ bucket, query: { cors: undefined } })).toMatchObject({ status: 404, code: 'NoSuchCORSConfiguration' });
    expect((await test.send({ method: 'DELETE', bucket, query: { cors: undefined } })).status).toBe(204);
  });

  it.each<[title: string, rules: string, code: string]>([
    ['no rule', '', 'MalformedXML'],
    ['21 rules', rule(any).repeat(21), 'CORSRuleBeyondLimit'],
    ['no origin', rule('<AllowedMethod>GET</AllowedMethod>'), 'MalformedXML'],
    ['no method', rule('<AllowedOrigin>*</AllowedOrigin>'), 'MalformedXML'],
    ['a method that is none', rule('<AllowedOrigin>*</AllowedOrigin><AllowedMethod>PATCH</AllowedMethod>'), 'InvalidArgument'],
    ['two wildcards', rule('<AllowedOrigin>*.*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>'), 'InvalidArgument'],
    [
      'an origin that would end a header',
      rule('<AllowedOrigin>a&#10;b</AllowedOrigin><AllowedMethod>GET</AllowedMethod>'),
      'InvalidArgument',
    ],
    ['a wildcard among what is exposed', rule(`${any}<ExposeHeader>x-*</ExposeHeader>`), 'InvalidArgument'],
    ['an age that is none', rule(`${any}<MaxAgeSeconds>-1</MaxAgeSeconds>`), 'InvalidArgument'],
    ['more than 16 KB', rule(`${any}<AllowedHeader>${'a'.repeat(17_000)}</AllowedHeader>`), 'MalformedXML'],
  ])('are refused with %s, and what stood stays', async (_, rules, code) => {
    await put(rule(usual));
    expect(await put(rules)).toMatchObject({ status: 400, code });
    expect((await test.send({ bucket, query: { cors: undefined } })).text).toContain(rule(usual));
  });

  it('are the owner alone to know and to change', async () => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const answer = await test.send({
        method,
        bucket,
        query: { cors: undefined },
        sign: 'none',
        ...(method === 'PUT' ? { body: 'x' } : {}),
      });
      expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
    }
  });
});

describe('a preflight', () => {
  const ask = (headers: Record<string, string>, key?: string) =>
    test.send({ method: 'OPTIONS', bucket, sign: 'none', headers, ...(key === undefined ? {} : { key }) });

  it('is answered by the first rule that fits, without a signature, for objects that are there or not, and for the bucket', async () => {
    await put(rule(usual));
    for (const key of ['k', undefined]) {
      const answer = await ask(
        { Origin: origin, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-oss-date, x-oss-meta-a' },
        key,
      );
      expect([answer.status, ...allowed(answer), answer.header('access-control-allow-headers')]).toEqual([
        200,
        ...told,
        'x-oss-date, x-oss-meta-a',
      ]);
    }
  });

  it('is told `*` where any origin may, and to keep answers apart where there are several', async () => {
    await put(rule(any));
    expect(allowed(await ask({ Origin: origin, 'Access-Control-Request-Method': 'GET' }))).toEqual([
      '*',
      'GET',
      undefined,
      undefined,
      undefined,
    ]);
    await put(rule(any) + rule(usual));
    expect((await ask({ Origin: origin, 'Access-Control-Request-Method': 'PUT' })).header('vary')).toBe('Origin');
  });

  it.each<[title: string, headers: Record<string, string>, status: number, code: string, message: string]>([
    ['no origin', { 'Access-Control-Request-Method': 'GET' }, 400, 'BadRequest', 'Insufficient information. Origin request header needed.'],
    ['no method', { Origin: origin }, 400, 'BadRequest', 'Insufficient information. Request Access-Control-Request-Method header needed.'],
    ['another origin', { Origin: 'https://x', 'Access-Control-Request-Method': 'GET' }, 403, 'AccessForbidden', 'CORSResponse: '],
    ['another method', { Origin: origin, 'Access-Control-Request-Method': 'DELETE' }, 403, 'AccessForbidden', 'CORSResponse: '],
    [
      'another header',
      { Origin: origin, 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'authorization' },
      403,
      'AccessForbidden',
      'CORSResponse: ',
    ],
  ])('is refused with %s', async (_, headers, status, code, message) => {
    await put(rule(usual));
    const answer = await ask(headers, 'k');
    expect(answer).toMatchObject({ status, code });
    expect(answer.element('Message')).toContain(message);
    expect(answer.header('access-control-allow-origin')).toBeUndefined();
  });

  it('is not judged by what the request that follows carries, nor by who may send it', async () => {
    await put(rule(usual));
    await test.send({
      method: 'PUT',
      bucket,
      query: { requestPayment: undefined },
      body: '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>',
    });
    const headers = { Origin: origin, 'Access-Control-Request-Method': 'PUT' };
    const query = { uploadId: 'U', partNumber: '1' };
    // The query of a presigned URL, whose signature is one for the method that follows.
    const presigned = await test.send({ method: 'OPTIONS', bucket, key: 'k', query, headers, presignSeconds: 60, tamper: asIfFor });
    expect([presigned.status, presigned.header('access-control-allow-origin')]).toEqual([200, origin]);
    expect(await test.send({ method: 'OPTIONS', bucket, query: { website: '' }, headers, sign: 'none' })).toMatchObject({ status: 200 });
  });

  it('is refused by a bucket without rules, and by one that is not there', async () => {
    const headers = { Origin: origin, 'Access-Control-Request-Method': 'GET' };
    expect(await test.send({ method: 'OPTIONS', bucket: 'bare', key: 'k', sign: 'none', headers })).toMatchObject({
      code: 'AccessForbidden',
    });
    expect(await test.send({ method: 'OPTIONS', bucket: 'gone', key: 'k', sign: 'none', headers })).toMatchObject({ code: 'NoSuchBucket' });
  });
});

describe('answers to a page', () => {
  const headers = { Origin: origin };

  it('say so, errors too, whenever they were found', async () => {
    await put(rule(usual));
    expect(allowed(await test.send({ method: 'PUT', bucket, key: 'k', body: 'x', headers }))).toEqual(told);
    const answers = [
      await test.send({ bucket, key: 'k', headers }),
      await test.send({ bucket, key: 'gone', headers }),
      await test.send({ bucket, key: 'k', headers, sign: 'none' }),
      await test.send({ bucket, headers, query: { website: undefined } }),
      await test.send({ bucket, headers, query: { 'max-keys': 'x' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 403, 400, 400]);
    for (const answer of answers) expect(allowed(answer)).toEqual(told);
  });

  it('say nothing without an origin, to another one, to another method, or without rules; and the request goes on', async () => {
    await put(rule(usual));
    await test.send({ method: 'PUT', bucket, key: 'k', body: 'x' });
    const answers = [
      await test.send({ bucket, key: 'k' }),
      await test.send({ bucket, key: 'k', headers: { Origin: 'https://other.example' } }),
      await test.send({ method: 'DELETE', bucket, key: 'k', headers }),
      await test.send({ bucket: 'bare', headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 204, 200]);
    for (const answer of answers) expect(allowed(answer)).toEqual(nothing);
  });

  it('always vary where the bucket says so', async () => {
    await put(rule(any), '<ResponseVary>true</ResponseVary>');
    for (const given of [{}, headers]) expect((await test.send({ bucket, headers: given })).header('vary')).toBe('Origin');
    const preflight = await test.send({
      method: 'OPTIONS',
      bucket,
      sign: 'none',
      headers: { ...headers, 'Access-Control-Request-Method': 'GET' },
    });
    expect(preflight.headers.filter(([name]) => name.toLowerCase() === 'vary')).toEqual([['Vary', 'Origin']]);
  });
});
