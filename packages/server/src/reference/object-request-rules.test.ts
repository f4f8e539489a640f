/** Headers and parameters of object requests that have rules of their own: tags, versions, conditions, lengths, traffic, parts (reference: small facts; headers with their own rules). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
let uploadId = '';
beforeAll(async () => {
  test = await startTestServer({ buckets: ['bkt'] });
  await send({ method: 'PUT', body: 'hello' });
  uploadId = (await send({ method: 'POST', key: 'm', query: { uploads: undefined } })).element('UploadId') ?? '';
});
afterAll(async () => {
  await test.server.close();
});

const bucket = 'bkt';
const send = (request: TestRequest) => test.send({ bucket, key: 'k', ...request });
const refusalOf = (answer: Answer) => [
  answer.status,
  answer.code,
  ...['Message', 'EC', 'ArgumentName', 'ArgumentValue'].map((name) => answer.element(name)),
];

describe('tags', () => {
  const put = (tags: readonly (readonly [key: string, value: string])[]) =>
    send({
      method: 'PUT',
      query: { tagging: undefined },
      body: `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('')}</TagSet></Tagging>`,
    });

  it.each<[title: string, key: string, value: string]>([
    ['of other scripts', '中文', '中文'],
    ['with all signs, and spaces at both ends', ' +-=._:/ ', ' +-=._:/ '],
    ['of the greatest length in characters', '中'.repeat(128), '中'.repeat(256)],
  ])('%s are kept as they are', async (_, key, value) => {
    expect((await put([[key, value]])).status).toBe(200);
    const { text } = await send({ query: { tagging: undefined } });
    expect(text).toContain(`<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`);
  });

  it.each<[title: string, tags: readonly (readonly [string, string])[], code: string, message: string, ec: string | undefined]>([
    ['an ampersand', [['a&amp;b', '']], 'InvalidTag', 'The TagKey you have provided is invalid.', '0010-00000217'],
    ['no key', [['', 'v']], 'InvalidTag', 'The TagKey you have provided is invalid.', '0010-00000217'],
    ['a long key', [['k'.repeat(129), '']], 'InvalidTag', 'The TagKey you have provided is invalid.', '0010-00000209'],
    ['a long value', [['k', 'v'.repeat(257)]], 'InvalidTag', 'The TagValue you have provided is invalid.', '0010-00000217'],
    [
      'a key twice',
      [
        ['a', '1'],
        ['a', '2'],
      ],
      'InvalidTag',
      'Cannot provide multiple Tags with the same key',
      undefined,
    ],
  ])('with %s are refused, and what stood stays', async (_, tags, code, message, ec) => {
    const before = (await send({ query: { tagging: undefined } })).text;
    expect(refusalOf(await put(tags)).slice(0, 4)).toEqual([400, code, message, ec]);
    expect((await send({ query: { tagging: undefined } })).text).toBe(before);
  });

  it('with a key twice in the header are an argument', async () => {
    const answer = await send({ method: 'PUT', key: 'none', body: '', headers: { 'x-oss-tagging': 'a=1&a=2' } });
    expect(refusalOf(answer).slice(0, 3)).toEqual([
      400,
      'InvalidArgument',
      "The header 'x-oss-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    ]);
    expect((await send({ key: 'none' })).status).toBe(404);
  });
});

describe('a request is refused in the words of its rule', () => {
  const unfit = 'Unexpected query string parameter';
  const both = 'x-oss-traffic-limit should be specified either in query string or header, not both.';
  const bounds = 'x-oss-traffic-limit is invalid, should be specified between 245760 and 838860800.';
  const meta = 'The name of user metadata may only have letters, digits and hyphens.';
  const argument = 'InvalidArgument';
  it.each<[title: string, request: TestRequest, refusal: readonly (number | string)[]]>([
    ['an empty version id', { query: { versionId: '' } }, [400, argument, 'Version id can not be the empty string.', '0012-00000201']],
    ['a version id that is none', { query: { versionId: '%%%' } }, [400, argument, 'Invalid version id specified.', '0012-00000202']],
    [
      'a version that nobody has',
      { query: { versionId: 'CAEQ' } },
      [404, 'NoSuchVersion', 'The specified version does not exist.', '0012-00000203'],
    ],
    [
      'an unmet condition',
      { headers: { 'If-Match': '"other"' } },
      [412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.', '0017-00001001'],
    ],
    [
      'a limit given twice',
      { query: { 'x-oss-traffic-limit': '819200' }, headers: { 'x-oss-traffic-limit': '819200' } },
      [400, argument, both, '0004-00000501', 'x-oss-traffic-limit', '819200'],
    ],
    [
      'a limit that is no number',
      { headers: { 'x-oss-traffic-limit': 'fast' } },
      [400, argument, bounds, '0004-00000502', 'x-oss-traffic-limit', 'fast'],
    ],
    [
      'too low a limit',
      { query: { 'x-oss-traffic-limit': '245759' } },
      [400, argument, bounds, '0004-00000502', 'x-oss-traffic-limit', '245759'],
    ],
    [
      'a name of metadata with an underscore',
      { method: 'PUT', body: '', headers: { 'x-oss-meta-a_b': 'c' } },
      [400, argument, meta, '0011-00000004', 'x-oss-meta-a_b', 'c'],
    ],
    [
      'more metadata than 8 KB',
      { method: 'PUT', body: '', headers: { 'x-oss-meta-a': 'b'.repeat(8192) } },
      [400, argument, 'Meta is too large.', '0011-00000002'],
    ],
    [
      'no part number',
      { method: 'PUT', query: { uploadId: 'x' }, body: 'x' },
      [400, argument, unfit, '0017-00000219', 'ResourceType', 'partNumber'],
    ],
    [
      'an empty part number',
      { method: 'PUT', query: { uploadId: 'x', partNumber: '' }, body: 'x' },
      [400, argument, unfit, '0017-00000219', 'ResourceType', 'partNumber'],
    ],
    [
      'two sub-resources',
      { query: { acl: undefined, tagging: undefined } },
      [400, argument, unfit, '0017-00000219', 'ResourceType', 'tagging'],
    ],
    [
      'a method that the key has not',
      { method: 'POST', body: 'x' },
      [405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', '0003-00000016'],
    ],
    [
      'a reserved header of an anonymous read',
      { query: { 'response-content-type': 'a/b' }, sign: 'none' },
      [400, 'InvalidRequest', 'Request specific response headers cannot be used for anonymous GET requests.'],
    ],
  ])('%s', async (_, request, refusal) => {
    if (request.sign === 'none') await send({ method: 'PUT', query: { acl: undefined }, headers: { 'x-oss-object-acl': 'public-read' } });
    expect(refusalOf(await send(request)).slice(0, refusal.length)).toEqual(refusal);
    expect((await send({})).text).toBe('hello');
  });

  it('a marker of versions that is none', async () => {
    const query = { versions: undefined, 'key-marker': 'k', 'version-id-marker': '%' };
    expect(refusalOf(await test.send({ bucket, query })).slice(0, 4)).toEqual([
      400,
      argument,
      'Invalid version id specified.',
      '0012-00000105',
    ]);
  });

  it.each(['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since'])('%s on a write', async (name) => {
    const answer = await send({ method: 'PUT', body: 'other', headers: { [name]: '"x"' } });
    expect(refusalOf(answer).slice(0, 4)).toEqual([
      400,
      'NotImplemented',
      'A header you provided implies functionality that is not implemented.',
      '0017-00000245',
    ]);
    expect([answer.element('Header'), (await send({})).text]).toEqual([name, 'hello']);
  });
});

describe('an upload is completed by its own rules', () => {
  const complete = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    send({ method: 'POST', key: 'm', query: { uploadId }, body, headers });
  const all = { 'x-oss-complete-all': 'yes' };
  const part = (number: number, body: string) => send({ method: 'PUT', key: 'm', query: { uploadId, partNumber: String(number) }, body });

  it('takes no part for none, and no empty list', async () => {
    expect(refusalOf(await complete('<CompleteMultipartUpload></CompleteMultipartUpload>')).slice(0, 2)).toEqual([400, 'MalformedXML']);
    expect((await complete('')).element('EC')).toBe('0042-00000205');
    expect(refusalOf(await complete('', all)).slice(0, 2)).toEqual([400, 'InvalidPart']);
  });

  it('judges sizes only when it is completed, and takes an empty last part', async () => {
    expect((await part(1, '')).status).toBe(200);
    expect((await part(2, 'x')).status).toBe(200);
    const small = await complete('', all);
    expect(refusalOf(small).slice(0, 4)).toEqual([
      400,
      'EntityTooSmall',
      'Your proposed upload smaller than the minimum allowed size.',
      '0042-00000213',
    ]);
    expect(['MinSizeAllowed', 'ProposedSize', 'PartNumber'].map((name) => small.element(name))).toEqual(['102400', '0', '1']);
  });

  it('takes a list or the wish for all, not both', async () => {
    const list = '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>';
    const answer = await complete(list, all);
    expect(refusalOf(answer).slice(0, 4)).toEqual([
      400,
      'InvalidArgument',
      'Should not speficy both complete all header and http body.',
      '0042-00000216',
    ]);
    expect((await send({ key: 'm' })).status).toBe(404);
  });
});
