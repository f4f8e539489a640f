import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer({ buckets: ['bkt'] });
});
afterEach(async () => {
  await test.server.close();
});

const bucket = 'bkt';
const rule = (inner: string, { id = '', prefix = '' } = {}) =>
  `<Rule>${id === '' ? '' : `<ID>${id}</ID>`}<Prefix>${prefix}</Prefix><Status>Enabled</Status>${inner}</Rule>`;
const put = (rules: string, headers: Record<string, string> = {}) =>
  test.send({
    method: 'PUT',
    bucket,
    query: { lifecycle: undefined },
    headers,
    body: `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`,
  });
const get = () => test.send({ bucket, query: { lifecycle: undefined } });
const days = (count: number) => `<Expiration><Days>${count}</Days></Expiration>`;
const ia = (count: number) => `<Transition><Days>${count}</Days><StorageClass>IA</StorageClass></Transition>`;
const archive = (count: number) => `<Transition><Days>${count}</Days><StorageClass>Archive</StorageClass></Transition>`;

describe('the lifecycle rules of a bucket', () => {
  it('are put, told as they came, replaced and removed', async () => {
    expect(await get()).toMatchObject({ status: 404, code: 'NoSuchLifecycle' });
    const all =
      '<Rule><ID>r1</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Filter><ObjectSizeGreaterThan>500</ObjectSizeGreaterThan><ObjectSizeLessThan>64000</ObjectSizeLessThan>' +
      '<Not><Prefix>logs/keep/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></Not></Filter><Tag><Key>a</Key><Value>b</Value></Tag>' +
      '<Expiration><CreatedBeforeDate>2002-10-11T00:00:00.000Z</CreatedBeforeDate></Expiration><Transition><Days>30</Days><StorageClass>IA</StorageClass></Transition>' +
      '<NoncurrentVersionExpiration><NoncurrentDays>7</NoncurrentDays></NoncurrentVersionExpiration>' +
      '<NoncurrentVersionTransition><NoncurrentDays>3</NoncurrentDays><StorageClass>IA</StorageClass></NoncurrentVersionTransition></Rule>' +
      '<Rule><ID>r2</ID><Prefix></Prefix><Status>Disabled</Status><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>' +
      '<AbortMultipartUpload><Days>2</Days></AbortMultipartUpload></Rule>';
    expect((await put(all)).status).toBe(200);
    expect((await get()).text).toContain(`<LifecycleConfiguration>${all}</LifecycleConfiguration>`);
    await put(rule(days(1)));
    const minted = (await get()).element('ID') ?? '';
    expect(minted).toMatch(/^[0-9a-f]{32}$/);
    expect((await test.send({ method: 'DELETE', bucket, query: { lifecycle: undefined } })).status).toBe(204);
    expect(await get()).toMatchObject({ status: 404, code: 'NoSuchLifecycle' });
    expect((await test.send({ method: 'DELETE', bucket, query: { lifecycle: undefined } })).status).toBe(204);
  });

  it('go with their bucket: one that is made again has none', async () => {
    await put(rule(days(1)));
    await test.send({ method: 'DELETE', bucket });
    expect(await test.server.store.listDocuments('lifecycle/')).toEqual([]);
    await test.send({ method: 'PUT', bucket });
    expect(await get()).toMatchObject({ status: 404, code: 'NoSuchLifecycle' });
  });

  const access = (inner: string) => `<Transition><Days>1</Days><StorageClass>IA</StorageClass>${inner}</Transition>`;
  const tag = '<Tag><Key>k</Key><Value>v</Value></Tag>';
  const before = (date: string) => `<Expiration><CreatedBeforeDate>${date}</CreatedBeforeDate></Expiration>`;
  it.each<[title: string, rules: string, code: string, ec: string | undefined]>([
    ['no rule', '', 'MalformedXML', undefined],
    ['1001 rules', rule(days(1)).repeat(1001), 'InvalidArgument', undefined],
    ['a rule that does nothing', rule(''), 'MalformedXML', undefined],
    ['a status that is none', `<Rule><Status>On</Status>${days(1)}</Rule>`, 'InvalidArgument', undefined],
    ['no status', `<Rule>${days(1)}</Rule>`, 'MalformedXML', '0015-00000231'],
    ['an ID of 256 bytes', rule(days(1), { id: 'i'.repeat(256) }), 'InvalidArgument', undefined],
    ['an ID twice', rule(days(1), { id: 'i', prefix: 'a' }) + rule(days(1), { id: 'i', prefix: 'b' }), 'InvalidArgument', undefined],
    [
      'two prefixes',
      `<Rule><Prefix>a</Prefix><Prefix>b</Prefix><Status>Enabled</Status>${days(1)}</Rule>`,
      'MalformedXML',
      '0015-00000231',
    ],
    ['days that are none', rule('<Expiration><Days>x</Days></Expiration>'), 'InvalidArgument', undefined],
    ['no day at all', rule(days(0)), 'InvalidArgument', undefined],
    ['an expiration without a time', rule('<Expiration></Expiration>'), 'InvalidRequest', '0014-00000060'],
    [
      'an expiration with two times',
      rule('<Expiration><Days>1</Days><CreatedBeforeDate>2002-10-11T00:00:00.000Z</CreatedBeforeDate></Expiration>'),
      'InvalidRequest',
      '0014-00000061',
    ],
    ['a date that is none', rule(before('2002-10-11')), 'InvalidArgument', undefined],
    ['a date at noon', rule(before('2002-10-11T12:00:00.000Z')), 'InvalidArgument', '0014-00000087'],
    [
      'markers that expire after days',
      rule('<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>'),
      'InvalidRequest',
      '0014-00000059',
    ],
    ['a transition without a time', rule('<Transition><StorageClass>IA</StorageClass></Transition>'), 'InvalidRequest', '0014-00000050'],
    [
      'a transition to Standard',
      rule('<Transition><Days>1</Days><StorageClass>Standard</StorageClass></Transition>'),
      'InvalidArgument',
      undefined,
    ],
    ['an end of uploads without a time', rule('<AbortMultipartUpload></AbortMultipartUpload>'), 'InvalidRequest', '0014-00000073'],
    ['tags for uploads', rule(`${tag}<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>`), 'InvalidRequest', '0014-00000027'],
    [
      'tags for markers',
      rule(`${tag}<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>`),
      'InvalidRequest',
      '0014-00000027',
    ],
    [
      'Not for uploads',
      rule(`<Filter><Not><Prefix>a</Prefix></Not></Filter><AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>`),
      'InvalidRequest',
      '0014-00000034',
    ],
    ['a tag that is none', rule(`<Tag><Key>test#</Key><Value>v</Value></Tag>${days(1)}`), 'InvalidArgument', '0014-00000031'],
    ['a tag twice', rule(tag + tag + days(1)), 'InvalidArgument', undefined],
    ['an empty Not', rule(`<Filter><Not></Not></Filter>${days(1)}`), 'MalformedXML', undefined],
    [
      'sizes that exclude each other',
      rule(`<Filter><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>5</ObjectSizeLessThan></Filter>${days(1)}`),
      'InvalidArgument',
      undefined,
    ],
    ['the time of access', rule(access('<IsAccessTime>true</IsAccessTime>')), 'NotImplemented', undefined],
    ['the size of small files', rule(access('<AllowSmallFile>true</AllowSmallFile>')), 'NotImplemented', undefined],
    ['a return without access', rule(access('<ReturnToStdWhenVisit>true</ReturnToStdWhenVisit>')), 'InvalidRequest', '0014-00000052'],
    ['a colder class before a warmer one', rule(ia(60) + archive(30)), 'InvalidRequest', '0014-00000082'],
    ['an expiration before a transition', rule(ia(60) + days(60)), 'InvalidRequest', '0014-00000082'],
    ['one prefix twice', rule(days(9), { prefix: 'a' }) + rule(ia(1), { prefix: 'a' }), 'InvalidRequest', '0014-00000085'],
    ['the same under a prefix', rule(days(9), { prefix: 'a' }) + rule(days(1), { prefix: 'a/b' }), 'InvalidArgument', '0014-00000084'],
    ['the same class under a prefix', rule(ia(9), { prefix: 'a' }) + rule(ia(1)), 'InvalidArgument', '0014-00000079'],
    [
      'days and dates under a prefix',
      rule(ia(9), { prefix: 'a' }) +
        rule(
          '<Transition><CreatedBeforeDate>2021-12-30T00:00:00.000Z</CreatedBeforeDate><StorageClass>Archive</StorageClass></Transition>',
        ),
      'InvalidRequest',
      '0014-00000080',
    ],
  ])('are refused with %s, and what stood stays', async (_, rules, code, ec) => {
    await put(rule(days(77), { id: 'stays' }));
    const refused = await put(rules);
    expect(refused).toMatchObject({ status: 400, code });
    if (ec !== undefined) expect(refused.element('EC')).toBe(ec);
    expect((await get()).text).toContain(rule(days(77), { id: 'stays' }));
  });

  it('name the element that is not built', async () => {
    const refused = await put(rule(access('<IsAccessTime>true</IsAccessTime><ReturnToStdWhenVisit>false</ReturnToStdWhenVisit>')));
    expect(refused.element('ArgumentName')).toBe('IsAccessTime');
    expect((await put(rule(access('<IsAccessTime>false</IsAccessTime>')))).status).toBe(200);
  });

  it.each<[title: string, rules: string, headers: Record<string, string>]>([
    ['of prefixes that have nothing in common', rule(days(9), { prefix: 'a' }) + rule(days(1), { prefix: 'b' }), {}],
    ['that do different things', rule(days(9), { prefix: 'a' }) + rule(ia(1), { prefix: 'a/b' }), {}],
    ['with different tags', rule(days(9) + tag, { prefix: 'a' }) + rule(days(1), { prefix: 'a' }), {}],
    ['that may overlap', rule(days(9), { prefix: 'a' }) + rule(days(1), { prefix: 'a/b' }), { 'x-oss-allow-same-action-overlap': 'true' }],
  ])('may stand beside each other: rules %s', async (_, rules, headers) => {
    expect((await put(rules, headers)).status).toBe(200);
  });

  it('are the owner alone to know and to change', async () => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const body = method === 'PUT' ? { body: '<x/>' } : {};
      expect(await test.send({ method, bucket, query: { lifecycle: undefined }, sign: 'none', ...body })).toMatchObject({
        code: 'AccessDenied',
      });
    }
  });
});

describe('x-oss-expiration', () => {
  it('tells of the current version when it will expire, and by which rule', async () => {
    await test.send({ method: 'PUT', bucket, key: 'logs/a', body: 'x' });
    await test.send({ method: 'PUT', bucket, key: 'other', body: 'x' });
    await put(rule(days(2), { id: 'two days', prefix: 'logs/' }));
    const told = 'expiry-date="Sat, 04 May 2024 00:00:00 GMT", rule-id="two%20days"';
    for (const method of ['GET', 'HEAD'] as const) {
      expect((await test.send({ method, bucket, key: 'logs/a' })).header('x-oss-expiration')).toBe(told);
      expect((await test.send({ method, bucket, key: 'other' })).header('x-oss-expiration')).toBeUndefined();
    }
    expect((await test.send({ method: 'PUT', bucket, key: 'logs/b', body: 'x' })).header('x-oss-expiration')).toBe(told);
    await test.send({ method: 'DELETE', bucket, query: { lifecycle: undefined } });
    expect((await test.send({ method: 'HEAD', bucket, key: 'logs/a' })).header('x-oss-expiration')).toBeUndefined();
  });
});
