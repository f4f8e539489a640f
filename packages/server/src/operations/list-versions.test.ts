import { decodeResult, type operations as Operations, operations, type ResultOf } from '@ossature/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

const put = async (key: string, headers: Readonly<Record<string, string>> = {}) => {
  test.clock.nowMs += 1000;
  return (await test.send({ method: 'PUT', bucket, key, body: key, headers })).header('x-oss-version-id') ?? '';
};
const remove = async (key: string) => {
  test.clock.nowMs += 1000;
  return (await test.send({ method: 'DELETE', bucket, key })).header('x-oss-version-id') ?? '';
};
const setVersioning = (status: string) =>
  test.send({
    method: 'PUT',
    bucket,
    query: { versioning: undefined },
    body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  });

type Page = ResultOf<(typeof Operations)['listObjectVersions']>;

async function list(query: Readonly<Record<string, string>> = {}): Promise<Page> {
  const answer = await test.send({ bucket, query: { versions: undefined, ...query } });
  expect(answer.status).toBe(200);
  const context = query['encoding-type'] === 'url' ? ({ encodingType: 'url' } as const) : {};
  return decodeResult(operations.listObjectVersions, { status: 200, headers: answer.headers, body: answer.bytes }, context);
}

const linesOf = ({ versions, deleteMarkers }: Page) =>
  [...versions, ...deleteMarkers].map(({ key, versionId, isLatest }) => `${key} ${versionId}${isLatest ? ' latest' : ''}`);

describe('ListObjectVersions', () => {
  it('tells of a bucket that never had versions its objects', async () => {
    await put('a', { 'x-oss-storage-class': 'IA' });
    const page = await list();
    expect(page).toMatchObject({ name: bucket, maxKeys: 100, isTruncated: false, deleteMarkers: [], commonPrefixes: [] });
    expect(page.versions).toEqual([
      {
        key: 'a',
        versionId: 'null',
        isLatest: true,
        lastModified: new Date(test.clock.nowMs),
        etag: '"0CC175B9C0F1B6A831C399E269772661"',
        objectType: 'Normal',
        size: 1,
        storageClass: 'IA',
        owner: { id: '1234567890123456', displayName: '1234567890123456' },
      },
    ]);
  });

  it('tells every version and marker, the newest of a key first', async () => {
    await put('a');
    await setVersioning('Enabled');
    const a1 = await put('a');
    const a2 = await remove('a');
    const b1 = await put('b');
    const b2 = await put('b');
    const page = await list();
    expect(linesOf(page)).toEqual([`a ${a1}`, 'a null', `b ${b2} latest`, `b ${b1}`, `a ${a2} latest`]);
    expect(page.deleteMarkers[0]).toEqual({
      key: 'a',
      versionId: a2,
      isLatest: true,
      lastModified: new Date(test.clock.nowMs - 2000),
      owner: { id: '1234567890123456', displayName: '1234567890123456' },
    });
  });

  it('goes on where a page ended, within a key too, and never tells a version twice', async () => {
    await setVersioning('Enabled');
    const ids: string[] = [];
    for (const key of ['a', 'a', 'a', 'dir/x', 'dir/x', 'e']) ids.push(`${key} ${await put(key)}`);
    ids.push(`e ${await remove('e')}`);
    for (const maxKeys of [1, 2, 3, 7]) {
      const seen: string[] = [];
      let markers: Record<string, string> = {};
      for (let pages = 0; ; pages++) {
        expect(pages).toBeLessThan(10);
        const page = await list({ 'max-keys': String(maxKeys), ...markers });
        const { versions, deleteMarkers, isTruncated, nextKeyMarker, nextVersionIdMarker } = page;
        expect(versions.length + deleteMarkers.length).toBeLessThanOrEqual(maxKeys);
        for (const { key, versionId } of [...versions, ...deleteMarkers]) seen.push(`${key} ${versionId}`);
        if (!isTruncated) {
          expect([nextKeyMarker, nextVersionIdMarker]).toEqual([undefined, undefined]);
          break;
        }
        markers = { 'key-marker': nextKeyMarker ?? '', 'version-id-marker': nextVersionIdMarker ?? '' };
      }
      expect(new Set(seen)).toEqual(new Set(ids));
      expect(seen).toHaveLength(ids.length);
    }
  });

  it('folds prefixes, which count as one entry and are passed whole', async () => {
    await setVersioning('Enabled');
    for (const key of ['a', 'dir/x', 'dir/x', 'dir/y', 'e']) await put(key);
    await remove('dir/y');
    const first = await list({ delimiter: '/', 'max-keys': '2' });
    expect([first.versions.map(({ key }) => key), first.commonPrefixes]).toEqual([['a'], [{ prefix: 'dir/' }]]);
    expect([first.isTruncated, first.nextKeyMarker, first.nextVersionIdMarker]).toEqual([true, 'dir/', undefined]);
    const second = await list({ delimiter: '/', 'max-keys': '2', 'key-marker': 'dir/' });
    expect([second.versions.map(({ key }) => key), second.commonPrefixes, second.isTruncated]).toEqual([['e'], [], false]);
    expect(second).toMatchObject({ keyMarker: 'dir/', delimiter: '/', maxKeys: 2 });
    const inside = await list({ prefix: 'dir/', delimiter: '/' });
    expect([inside.versions.length, inside.deleteMarkers.length, inside.commonPrefixes]).toEqual([3, 1, []]);
  });

  it('tells keys after the marked one, and older versions with a version', async () => {
    await setVersioning('Enabled');
    const a1 = await put('a');
    const a2 = await put('a');
    const b = await put('b');
    expect(linesOf(await list({ 'key-marker': 'a' }))).toEqual([`b ${b} latest`]);
    expect(linesOf(await list({ 'key-marker': 'a', 'version-id-marker': a2 }))).toEqual([`a ${a1}`, `b ${b} latest`]);
    expect(linesOf(await list({ 'key-marker': 'a', 'version-id-marker': a1 }))).toEqual([`b ${b} latest`]);
    expect(linesOf(await list({ 'key-marker': '', 'version-id-marker': '' }))).toHaveLength(3);
  });

  it('encodes names where it is asked to', async () => {
    const key = 'a/ b+中\u0001';
    await put(key);
    const page = await list({ 'encoding-type': 'url', prefix: 'a/' });
    expect([page.versions[0]?.key, page.prefix, page.encodingType]).toEqual([key, 'a/', 'url']);
    const answer = await test.send({ bucket, query: { versions: undefined, 'encoding-type': 'url' } });
    expect(answer.element('Key')).toBe('a%2F%20b%2B%E4%B8%AD%01');
  });

  it.each([
    [{ 'version-id-marker': 'CAEQ1' }, undefined],
    [{ 'key-marker': '', 'version-id-marker': 'null' }, undefined],
    [{ 'key-marker': 'a', 'version-id-marker': 'a b' }, '0012-00000105'],
    [{ 'max-keys': '0' }, undefined],
    [{ 'max-keys': '1001' }, undefined],
    [{ 'encoding-type': 'base64' }, undefined],
    [{ prefix: 'p'.repeat(1024) }, undefined],
    [{ 'key-marker': 'k'.repeat(1024) }, undefined],
  ])('refuses %j', async (query, ec) => {
    const answer = await test.send({ bucket, query: { versions: undefined, ...query } });
    expect([answer.status, answer.code, answer.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', ec]);
  });

  it('is for those who may, of buckets that are', async () => {
    expect((await test.send({ bucket, query: { versions: undefined }, sign: 'none' })).status).toBe(403);
    expect((await test.send({ bucket: 'nowhere', query: { versions: undefined } })).code).toBe('NoSuchBucket');
  });
});

describe('DeleteMultipleObjects', () => {
  const removeAll = async (objects: string, quiet = false) => {
    test.clock.nowMs += 1000;
    const body = `<Delete><Quiet>${quiet}</Quiet>${objects}</Delete>`;
    const { createHash } = await import('node:crypto');
    const answer = await test.send({
      method: 'POST',
      bucket,
      query: { delete: undefined },
      body,
      headers: { 'Content-MD5': createHash('md5').update(body).digest('base64') },
    });
    if (answer.status !== 200 || quiet) return { answer, deleted: [] };
    const { deletedObjects = [] } = decodeResult(
      operations.deleteMultipleObjects,
      { status: 200, headers: answer.headers, body: answer.bytes },
      {},
    );
    return { answer, deleted: deletedObjects };
  };
  const object = (key: string, versionId?: string) =>
    `<Object><Key>${key}</Key>${versionId === undefined ? '' : `<VersionId>${versionId}</VersionId>`}</Object>`;

  it('puts markers, removes versions and markers, and tells which', async () => {
    await setVersioning('Enabled');
    const a = await put('a');
    const b = await put('b');
    const marker = await remove('b');
    const { deleted } = await removeAll(object('a') + object('b', b) + object('b', marker) + object('none', 'CAEQ1') + object('a'));
    const made = deleted[0]?.deleteMarkerVersionId ?? '';
    expect(deleted).toEqual([
      { key: 'a', deleteMarker: true, deleteMarkerVersionId: made },
      { key: 'b', versionId: b },
      { key: 'b', versionId: marker, deleteMarker: true, deleteMarkerVersionId: marker },
      { key: 'none', versionId: 'CAEQ1' },
      { key: 'a', deleteMarker: true, deleteMarkerVersionId: made },
    ]);
    expect(linesOf(await list())).toEqual([`a ${a}`, `a ${made} latest`]);
  });

  it('tells no versions where there never were any', async () => {
    await put('a');
    const { deleted } = await removeAll(object('a', 'null') + object('b'));
    expect(deleted).toEqual([{ key: 'a', versionId: 'null' }, { key: 'b' }]);
    expect(linesOf(await list())).toEqual([]);
  });

  it('puts null markers while versioning is suspended', async () => {
    await setVersioning('Enabled');
    const a = await put('a');
    await setVersioning('Suspended');
    await put('a');
    const { answer } = await removeAll(object('a'), true);
    expect([answer.status, answer.bytes.length]).toEqual([200, 0]);
    expect(linesOf(await list())).toEqual([`a ${a}`, 'a null latest']);
  });

  it.each([
    ['', '0012-00000201'],
    ['a b', '0012-00000202'],
  ])('refuses the version id %j, and deletes nothing', async (versionId, ec) => {
    await put('a');
    const { answer } = await removeAll(object('a') + object('a', versionId));
    expect([answer.status, answer.code, answer.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', ec]);
    expect(linesOf(await list())).toEqual(['a null latest']);
  });
});
