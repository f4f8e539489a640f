import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'dir/a b.txt';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

const send = (request: TestRequest) => {
  test.clock.nowMs += 1000;
  return test.send({ bucket, ...request });
};
const put = (body: string, headers: Readonly<Record<string, string>> = {}) => send({ method: 'PUT', key, body, headers });
const setVersioning = (status: string) =>
  send({
    method: 'PUT',
    query: { versioning: undefined },
    body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  });
const versionOf = (answer: Answer) => answer.header('x-oss-version-id');

type State = 'never' | 'Enabled' | 'Suspended';

/** What the bucket keeps of the key, newest first: the bodies of objects and `-` for markers, with `null` where the version has no id. */
async function kept(): Promise<readonly string[]> {
  const page = { prefix: key, delimiter: '', keyMarker: '', versionIdMarker: '', limit: 100 };
  const listed = await test.server.store.listVersions(bucket, page);
  const lines: string[] = [];
  for (const { object, marker, isLatest } of listed?.items ?? []) {
    const versionId = (object ?? marker).versionId;
    const body = object === undefined ? '-' : (await test.send({ bucket, key, query: { versionId } })).text;
    expect(isLatest).toBe(lines.length === 0);
    lines.push(`${body}${versionId === 'null' ? ' null' : ''}`);
  }
  return lines;
}

/** A bucket in the state, with the key: written before versioning, once with it, and in a suspended bucket once more. Answers the id of `second`. */
async function prepare(state: State): Promise<string> {
  await put('first', { 'x-oss-tagging': 'n=1', 'x-oss-meta-n': '1' });
  if (state === 'never') return 'null';
  await setVersioning('Enabled');
  const second = versionOf(await put('second'));
  if (state === 'Suspended') {
    await setVersioning('Suspended');
    await put('third');
  }
  return second ?? '';
}

const before: Readonly<Record<State, readonly string[]>> = {
  never: ['first null'],
  Enabled: ['second', 'first null'],
  Suspended: ['third null', 'second'],
};

interface Row {
  readonly operation: string;
  readonly act: () => Promise<Answer>;
  /** By state: the status, what the answer says of the version (`new`, `null`, or nothing), and what the bucket keeps then. */
  readonly expected: Readonly<Record<State, readonly [status: number, version: 'new' | 'null' | undefined, kept: readonly string[]]>>;
}

const writes: readonly Row[] = [
  {
    operation: 'PutObject',
    act: () => put('new'),
    expected: {
      never: [200, undefined, ['new null']],
      Enabled: [200, 'new', ['new', 'second', 'first null']],
      Suspended: [200, 'null', ['new null', 'second']],
    },
  },
  {
    operation: 'PutObject with forbid-overwrite',
    act: () => put('new', { 'x-oss-forbid-overwrite': 'true' }),
    expected: {
      never: [409, undefined, ['first null']],
      Enabled: [200, 'new', ['new', 'second', 'first null']],
      Suspended: [200, 'null', ['new null', 'second']],
    },
  },
  {
    operation: 'CopyObject of another key',
    act: async () => {
      await send({ method: 'PUT', key: 'other', body: 'new' });
      return send({ method: 'PUT', key, headers: { 'x-oss-copy-source': `/${bucket}/other` } });
    },
    expected: {
      never: [200, undefined, ['new null']],
      Enabled: [200, 'new', ['new', 'second', 'first null']],
      Suspended: [200, 'null', ['new null', 'second']],
    },
  },
  {
    operation: 'CopyObject onto itself',
    act: () => send({ method: 'PUT', key, headers: { 'x-oss-copy-source': `/${bucket}/${encodeURIComponent(key)}`, 'x-oss-meta-n': '2' } }),
    expected: {
      never: [200, undefined, ['first null']],
      Enabled: [200, 'new', ['second', 'second', 'first null']],
      Suspended: [200, 'null', ['third null', 'second']],
    },
  },
  {
    operation: 'CompleteMultipartUpload',
    act: async () => {
      const uploadId = (await send({ method: 'POST', key, query: { uploads: undefined } })).element('UploadId') ?? '';
      await send({ method: 'PUT', key, query: { uploadId, partNumber: '1' }, body: 'new' });
      return send({ method: 'POST', key, query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } });
    },
    expected: {
      never: [200, undefined, ['new null']],
      Enabled: [200, 'new', ['new', 'second', 'first null']],
      Suspended: [200, 'null', ['new null', 'second']],
    },
  },
  {
    operation: 'PutSymlink',
    act: async () => {
      await send({ method: 'PUT', key: 'zz', body: 'new' });
      return send({ method: 'PUT', key, query: { symlink: undefined }, headers: { 'x-oss-symlink-target': 'zz' } });
    },
    expected: {
      never: [200, undefined, ['new null']],
      Enabled: [200, 'new', ['new', 'second', 'first null']],
      Suspended: [200, 'null', ['new null', 'second']],
    },
  },
  {
    operation: 'AppendObject of what is not appendable',
    act: () => send({ method: 'POST', key, query: { append: undefined, position: '0' }, body: 'new' }),
    expected: {
      never: [409, undefined, before.never],
      Enabled: [409, undefined, before.Enabled],
      Suspended: [409, undefined, before.Suspended],
    },
  },
  {
    operation: 'DeleteObject',
    act: () => send({ method: 'DELETE', key }),
    expected: {
      never: [204, undefined, []],
      Enabled: [204, 'new', ['-', 'second', 'first null']],
      Suspended: [204, 'null', ['- null', 'second']],
    },
  },
  {
    operation: 'DeleteObject of the null version',
    act: () => send({ method: 'DELETE', key, query: { versionId: 'null' } }),
    expected: {
      never: [204, undefined, []],
      Enabled: [204, 'null', ['second']],
      Suspended: [204, 'null', ['second']],
    },
  },
  {
    operation: 'DeleteObject of a version that nobody has',
    act: () => send({ method: 'DELETE', key, query: { versionId: 'CAEQ1' } }),
    expected: {
      never: [204, undefined, before.never],
      Enabled: [204, 'new', before.Enabled],
      Suspended: [204, 'new', before.Suspended],
    },
  },
  {
    operation: 'PutObjectAcl',
    act: () => send({ method: 'PUT', key, query: { acl: undefined }, headers: { 'x-oss-object-acl': 'private' } }),
    expected: {
      never: [200, undefined, before.never],
      Enabled: [200, 'new', before.Enabled],
      Suspended: [200, 'null', before.Suspended],
    },
  },
  {
    operation: 'PutObjectTagging of the null version',
    act: () =>
      send({
        method: 'PUT',
        key,
        query: { tagging: undefined, versionId: 'null' },
        body: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
      }),
    expected: {
      never: [200, undefined, before.never],
      Enabled: [200, 'null', before.Enabled],
      Suspended: [200, 'null', before.Suspended],
    },
  },
  {
    operation: 'DeleteObjectTagging',
    act: () => send({ method: 'DELETE', key, query: { tagging: undefined } }),
    expected: {
      never: [204, undefined, before.never],
      Enabled: [204, 'new', before.Enabled],
      Suspended: [204, 'null', before.Suspended],
    },
  },
];

describe('writes by the state of the bucket', () => {
  const cases = writes.flatMap((row) => (['never', 'Enabled', 'Suspended'] as const).map((state) => ({ ...row, state })));
  it.each(cases)('$operation, $state', async ({ act, expected, state }) => {
    await prepare(state);
    expect(await kept()).toEqual(before[state]);
    const [status, version, keptThen] = expected[state];
    const answer = await act();
    expect(answer.status).toBe(status);
    const versionId = versionOf(answer);
    expect(versionId === undefined || versionId === 'null' ? versionId : 'new').toBe(version);
    expect(await kept()).toEqual(keptThen);
  });
});

const reads: readonly (readonly [name: string, request: TestRequest])[] = [
  ['GetObject', { method: 'GET' }],
  ['HeadObject', { method: 'HEAD' }],
  ['GetObjectMeta', { method: 'HEAD', query: { objectMeta: undefined } }],
  ['GetObjectAcl', { method: 'GET', query: { acl: undefined } }],
  ['GetObjectTagging', { method: 'GET', query: { tagging: undefined } }],
  ['PutObjectAcl', { method: 'PUT', query: { acl: undefined }, headers: { 'x-oss-object-acl': 'private' } }],
  ['PutObjectTagging', { method: 'PUT', query: { tagging: undefined }, body: '<Tagging><TagSet></TagSet></Tagging>' }],
  ['DeleteObjectTagging', { method: 'DELETE', query: { tagging: undefined } }],
];
const outside: readonly (readonly [name: string, request: TestRequest])[] = [
  ['GetSymlink', { method: 'GET', query: { symlink: undefined } }],
  ['RestoreObject', { method: 'POST', query: { restore: undefined } }],
  ['CleanRestoredObject', { method: 'POST', query: { cleanRestoredObject: undefined } }],
];

describe('reads by version', () => {
  const at = (request: TestRequest, versionId?: string): TestRequest => ({
    ...request,
    key,
    query: { ...request.query, ...(versionId === undefined ? {} : { versionId }) },
  });

  it.each(reads)('%s finds the current version, an older one and the null one', async (_, request) => {
    const second = await prepare('Suspended');
    const ok = request.method === 'DELETE' ? 204 : 200;
    for (const [versionId, told] of [
      [undefined, 'null'],
      ['null', 'null'],
      [second, second],
    ] as const) {
      const answer = await send(at(request, versionId));
      expect([answer.status, versionOf(answer)]).toEqual([ok, told]);
    }
  });

  it.each(reads)('%s tells no version where versioning was never enabled', async (_, request) => {
    await prepare('never');
    for (const versionId of [undefined, 'null']) {
      const answer = await send(at(request, versionId));
      expect([answer.status < 300, versionOf(answer), answer.header('x-oss-delete-marker')]).toEqual([true, undefined, undefined]);
    }
  });

  it.each([...reads, ...outside])('%s does not find a version that is not there', async (_, request) => {
    await prepare('Enabled');
    const unknown = await send(at(request, 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz'));
    expect([unknown.status, unknown.code, unknown.header('x-oss-ec')]).toEqual([404, 'NoSuchVersion', '0012-00000203']);
    const malformed = await send(at(request, 'a b'));
    expect([malformed.status, malformed.code, malformed.element('Message')]).toEqual([
      400,
      'InvalidArgument',
      'Invalid version id specified.',
    ]);
    const empty = await send(at(request, ''));
    expect([empty.status, empty.code, empty.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', '0012-00000201']);
    expect(await kept()).toEqual(before.Enabled);
  });

  it.each([...reads, ...outside])('%s meets delete markers as OSS tells them', async (_, request) => {
    await prepare('Enabled');
    const marker = versionOf(await send({ method: 'DELETE', key })) ?? '';
    const current = await send(at(request));
    expect([current.status, current.code]).toEqual([404, 'NoSuchKey']);
    expect([current.header('x-oss-delete-marker'), versionOf(current)]).toEqual(['true', marker]);
    const named = await send(at(request, marker));
    expect([named.status, named.code]).toEqual([405, 'MethodNotAllowed']);
    expect([named.header('allow'), named.header('x-oss-delete-marker')]).toEqual(['DELETE', 'true']);
    expect([named.element('Method'), named.element('ResourceType')]).toEqual([request.method, 'DeleteMarker']);
  });

  it('reads the bytes, metadata, tags and ACL of the version that is named', async () => {
    const second = await prepare('Suspended');
    await send({ method: 'PUT', key, query: { acl: undefined, versionId: second }, headers: { 'x-oss-object-acl': 'public-read' } });
    const acl = async (versionId?: string) => (await send(at({ query: { acl: undefined } }, versionId))).element('Grant');
    expect([await acl(), await acl(second)]).toEqual(['default', 'public-read']);
    await send({
      method: 'PUT',
      key,
      query: { tagging: undefined, versionId: second },
      body: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
    });
    expect((await send(at({}, second))).header('x-oss-tagging-count')).toBe('1');
    expect((await send(at({}))).header('x-oss-tagging-count')).toBeUndefined();
    expect((await send(at({ headers: { Range: 'bytes=1-2' } }, second))).text).toBe('ec');
    // A version that is public is public, whatever the current one is.
    expect((await send({ ...at({}, second), sign: 'none' })).text).toBe('second');
    expect((await send({ ...at({}), sign: 'none' })).status).toBe(403);
  });
});

describe('appendable objects with versions', () => {
  const append = (position: number, body: string) =>
    send({ method: 'POST', key, query: { append: undefined, position: String(position) }, body });

  it.each(['Enabled', 'Suspended'])('grow in place in a bucket that is %s', async (status) => {
    await setVersioning('Enabled');
    if (status === 'Suspended') await setVersioning('Suspended');
    const first = await append(0, 'one');
    const second = await append(3, 'two');
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await kept()).length).toBe(1);
    expect((await send({ key })).text).toBe('onetwo');
    expect(versionOf(await send({ method: 'HEAD', key }))).toBe(versionOf(first) ?? 'missing');
    expect(versionOf(second)).toBe(versionOf(first));
  });

  it('begin anew after a delete marker', async () => {
    await setVersioning('Enabled');
    await append(0, 'one');
    await send({ method: 'DELETE', key });
    expect((await append(3, 'two')).code).toBe('PositionNotEqualToLength');
    expect((await append(0, 'two')).status).toBe(200);
    expect(await kept()).toEqual(['two', '-', 'one']);
  });
});

describe('the bucket', () => {
  it('is not empty while versions or markers are left', async () => {
    await setVersioning('Enabled');
    const version = versionOf(await put('one'));
    const marker = versionOf(await send({ method: 'DELETE', key }));
    await test.server.store.collect();
    expect((await send({ query: { stat: undefined } })).element('DeleteMarkerCount')).toBe('1');
    expect((await send({ query: { prefix: '' } })).text).not.toContain('<Contents>');
    for (const versionId of [version, marker]) {
      expect((await send({ method: 'DELETE' })).code).toBe('BucketNotEmpty');
      const gone = await send({ method: 'DELETE', key, query: { versionId } });
      expect([gone.status, versionOf(gone), gone.header('x-oss-delete-marker')]).toEqual([
        204,
        versionId,
        versionId === marker ? 'true' : undefined,
      ]);
    }
    await test.server.store.collect();
    expect((await send({ query: { stat: undefined } })).element('DeleteMarkerCount')).toBe('0');
    expect((await send({ method: 'DELETE' })).status).toBe(204);
  });

  it('shows an object again when its marker goes, and the version before when the current one goes', async () => {
    await prepare('Enabled');
    const marker = versionOf(await send({ method: 'DELETE', key }));
    expect((await send({ key })).code).toBe('NoSuchKey');
    await send({ method: 'DELETE', key, query: { versionId: marker } });
    const shown = await send({ key });
    expect(shown.text).toBe('second');
    await send({ method: 'DELETE', key, query: { versionId: versionOf(shown) } });
    expect((await send({ key })).text).toBe('first');
  });
});
