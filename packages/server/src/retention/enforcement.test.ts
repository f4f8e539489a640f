import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const dayMs = 86_400_000;
const key = 'kept';
const grown = 'grown';
/** A part that is ready to become `key`, and the list that makes it so. */
let upload: { readonly id: string; readonly etag: string };

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket, 'other'] });
  await send({ method: 'PUT', key, body: 'first', headers: { 'x-oss-meta-a': '1' } });
  await send({ method: 'PUT', key: 'source', body: 'second' });
  await send({ method: 'POST', key: grown, query: { append: '', position: '0' }, body: 'abc' });
  const begun = await send({ method: 'POST', key, query: { uploads: '' } });
  const id = begun.element('UploadId') ?? '';
  const part = await send({ method: 'PUT', key, query: { partNumber: '1', uploadId: id }, body: 'third' });
  upload = { id, etag: part.header('etag') ?? '' };
});
afterEach(async () => {
  await test.server.close();
});

const send = (request: TestRequest): Promise<Answer> => test.send({ bucket, ...request });
const md5Of = async (text: string) => {
  const { createHash } = await import('node:crypto');
  return createHash('md5').update(text).digest('base64');
};

async function deleteMany(...keys: readonly string[]): Promise<Answer> {
  const body = `<Delete>${keys.map((name) => `<Object><Key>${name}</Key></Object>`).join('')}</Delete>`;
  return await send({ method: 'POST', query: { delete: '' }, body, headers: { 'Content-MD5': await md5Of(body) } });
}

const complete = () =>
  send({
    method: 'POST',
    key,
    query: { uploadId: upload.id },
    body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${upload.etag}</ETag></Part></CompleteMultipartUpload>`,
  });

/** Everything that replaces an object under its key. */
const replacing: readonly (readonly [string, () => Promise<Answer>])[] = [
  ['put', () => send({ method: 'PUT', key, body: 'new' })],
  ['copy', () => send({ method: 'PUT', key, headers: { 'x-oss-copy-source': `/${bucket}/source` } })],
  [
    'a change of metadata',
    () =>
      send({
        method: 'PUT',
        key,
        headers: { 'x-oss-copy-source': `/${bucket}/${key}`, 'x-oss-metadata-directive': 'REPLACE', 'x-oss-meta-a': '2' },
      }),
  ],
  ['Complete', complete],
  ['link', () => send({ method: 'PUT', key, query: { symlink: '' }, headers: { 'x-oss-symlink-target': 'source' } })],
];
/** Everything that deletes one. */
const deleting: readonly (readonly [string, () => Promise<Answer>])[] = [
  ['delete', () => send({ method: 'DELETE', key })],
  ['delete of many', () => deleteMany('source', key)],
];
const append = () => send({ method: 'POST', key: grown, query: { append: '', position: '3' }, body: 'def' });

const initiate = async (days = 3): Promise<string> => {
  const body = `<InitiateWormConfiguration><RetentionPeriodInDays>${days}</RetentionPeriodInDays></InitiateWormConfiguration>`;
  return (await send({ method: 'POST', query: { worm: '' }, body })).header('x-oss-worm-id') ?? '';
};
const lock = async (days?: number) => {
  await send({ method: 'POST', query: { wormId: await initiate(days) } });
};

/** What the bucket holds, as anybody can see it. */
async function seen(): Promise<readonly unknown[]> {
  const rows = await Promise.all(['source', key, grown].map((name) => send({ key: name })));
  const parts = await send({ key, query: { uploadId: upload.id } });
  const facts = rows.map(({ status, text, header }) => [status, text, header('etag'), header('last-modified'), header('x-oss-meta-a')]);
  return [...facts, [parts.status, parts.element('PartNumber')]];
}

function expectImmutable({ status, code, element }: Answer): void {
  expect([status, code, element('Message')]).toEqual([409, 'FileImmutable', 'The object you specified is immutable.']);
}

const states: readonly (readonly [string, boolean, () => Promise<unknown>])[] = [
  ['in progress', true, () => initiate()],
  [
    'about to lapse',
    true,
    async () => {
      await initiate();
      test.clock.nowMs += dayMs - 1;
    },
  ],
  [
    'lapsed',
    false,
    async () => {
      await initiate();
      test.clock.nowMs += dayMs;
    },
  ],
  [
    'taken back',
    false,
    async () => {
      await initiate();
      await send({ method: 'DELETE', query: { worm: '' } });
    },
  ],
  ['locked', true, () => lock()],
  [
    'in the last moment of the period',
    true,
    async () => {
      await lock(2);
      test.clock.nowMs += 2 * dayMs - 1;
    },
  ],
  [
    'locked, after the period',
    false,
    async () => {
      await lock(2);
      test.clock.nowMs += 2 * dayMs;
    },
  ],
];

describe.each(states)('a policy that is %s', (_, protects, reach) => {
  it.each([...replacing, ...deleting, ['append', append] as const])('%s', async (_name, act) => {
    await reach();
    const before = await seen();
    const answer = await act();
    if (protects) {
      expectImmutable(answer);
      expect(await seen()).toEqual(before);
    } else {
      expect(answer.status).toBeLessThan(300);
      expect(await seen()).not.toEqual(before);
    }
  });
});

describe('a locked policy', () => {
  beforeEach(() => lock());

  it('lets everybody read, tag, and change the ACL', async () => {
    const tags = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
    for (const request of [
      { key },
      { key, method: 'HEAD' },
      { key, method: 'PUT', query: { tagging: '' }, body: tags },
      { key, method: 'DELETE', query: { tagging: '' } },
      { key, method: 'PUT', query: { acl: '' }, headers: { 'x-oss-object-acl': 'private' } },
    ] as const) {
      expect((await send(request)).status).toBeLessThan(300);
    }
  });

  it('lets new objects in, and protects each from its own beginning', async () => {
    test.clock.nowMs += dayMs;
    expect((await send({ method: 'PUT', key: 'new', body: 'x' })).status).toBe(200);
    test.clock.nowMs += 2 * dayMs;
    expect((await send({ method: 'DELETE', key })).status).toBe(204);
    expectImmutable(await send({ method: 'DELETE', key: 'new' }));
    test.clock.nowMs += dayMs;
    expect((await send({ method: 'DELETE', key: 'new' })).status).toBe(204);
  });

  it('refuses the deletion of the version without an id', async () => {
    expectImmutable(await send({ method: 'DELETE', key, query: { versionId: 'null' } }));
  });

  it('leaves the upload alive, which another time can complete', async () => {
    expectImmutable(await complete());
    test.clock.nowMs += 3 * dayMs;
    expect((await complete()).status).toBe(200);
    expect((await send({ key })).text).toBe('third');
  });

  it('is told after what the request itself forbids', async () => {
    const answer = await send({ method: 'PUT', key, body: 'x', headers: { 'x-oss-forbid-overwrite': 'true' } });
    expect(answer.code).toBe('FileAlreadyExists');
  });

  it('lets copies out', async () => {
    const headers = { 'x-oss-copy-source': `/${bucket}/${key}` };
    expect((await test.send({ method: 'PUT', bucket: 'other', key: 'copy', headers })).status).toBe(200);
  });
});

describe('--strict-retention-on-source', () => {
  it('refuses copies from and to a bucket with a policy, and only while it stands', async () => {
    const strict = await startTestServer({ buckets: ['from-bkt', 'to-bkt'], strictRetentionOnSource: true });
    try {
      await strict.send({ method: 'PUT', bucket: 'from-bkt', key, body: 'first' });
      const copy = (source: string, target: string) =>
        strict.send({ method: 'PUT', bucket: target, key: `of-${source}`, headers: { 'x-oss-copy-source': `/${source}/${key}` } });
      const begun = await strict.send({ method: 'POST', bucket: 'to-bkt', key, query: { uploads: '' } });
      const query = { partNumber: '1', uploadId: begun.element('UploadId') ?? '' };
      const part = () => strict.send({ method: 'PUT', bucket: 'to-bkt', key, query, headers: { 'x-oss-copy-source': `/from-bkt/${key}` } });
      expect((await copy('from-bkt', 'to-bkt')).status).toBe(200);
      expect((await part()).status).toBe(200);
      const body = '<InitiateWormConfiguration><RetentionPeriodInDays>9</RetentionPeriodInDays></InitiateWormConfiguration>';
      await strict.send({ method: 'POST', bucket: 'from-bkt', query: { worm: '' }, body });
      expectImmutable(await copy('from-bkt', 'to-bkt'));
      expectImmutable(await part());
      await strict.send({ method: 'PUT', bucket: 'to-bkt', key, body: 'x' });
      expectImmutable(await copy('to-bkt', 'from-bkt'));
      strict.clock.nowMs += dayMs;
      expect((await copy('from-bkt', 'to-bkt')).status).toBe(200);
    } finally {
      await strict.server.close();
    }
  });
});

describe('with versions', () => {
  beforeEach(async () => {
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    expect((await send({ method: 'PUT', query: { versioning: '' }, body })).status).toBe(200);
  });

  it.each([...replacing, ...deleting])('%s keeps what was there', async (_, act) => {
    await lock();
    expect((await act()).status).toBeLessThan(300);
    expect((await send({ key, query: { versionId: 'null' } })).text).toBe('first');
    expectImmutable(await send({ method: 'DELETE', key, query: { versionId: 'null' } }));
    expect((await send({ key, query: { versionId: 'null' } })).text).toBe('first');
  });

  it('an append changes the version itself', async () => {
    await lock();
    expectImmutable(await append());
    test.clock.nowMs += 3 * dayMs;
    expect((await append()).status).toBe(200);
  });

  it('a version is let go after its period, and a delete marker at any time', async () => {
    const put = await send({ method: 'PUT', key, body: 'new' });
    await lock(1);
    const versionId = put.header('x-oss-version-id') ?? '';
    expect(versionId).not.toBe('');
    expectImmutable(await send({ method: 'DELETE', key, query: { versionId } }));
    const marker = (await send({ method: 'DELETE', key })).header('x-oss-version-id') ?? '';
    expect((await send({ method: 'DELETE', key, query: { versionId: marker } })).status).toBe(204);
    test.clock.nowMs += dayMs;
    expect((await send({ method: 'DELETE', key, query: { versionId } })).status).toBe(204);
    expect((await send({ key, query: { versionId } })).code).toBe('NoSuchVersion');
  });
});
