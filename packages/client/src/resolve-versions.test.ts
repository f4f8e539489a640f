import { describe, expect, it } from 'vitest';
import { TestClock } from './clock.test.support.ts';
import { createClient } from './index.ts';
import { errorAnswer, type ScriptedTransport, scriptedTransport } from './scripted-transport.test.support.ts';
import { TransportError } from './transport-error.ts';

const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk' };
const lost = new TransportError('reset', { message: 'the reply is lost' });
const at = { bucket: 'bkt', key: 'key' };

function clientOf(transport: ScriptedTransport) {
  const clock = new TestClock({ skipUpToMs: 20_000 });
  return createClient({ endpoint: 'http://127.0.0.1', region: 'cn-hangzhou', credentials, transport, clock, random: () => 0 });
}

const sent = (transport: ScriptedTransport) => transport.requests.map((request) => `${request.method} ${request.target}`);

describe('a lost reply of DeleteObject', () => {
  it('is success where a delete marker stands: no second one is put', async () => {
    const marker = { 'x-oss-delete-marker': 'true', 'x-oss-version-id': 'CAEQ1' };
    const transport = scriptedTransport(lost, { status: 404, headers: marker });
    expect(await clientOf(transport).deleteObject(at)).toMatchObject({ deleteMarker: 'true', versionId: 'CAEQ1' });
    expect(sent(transport)).toEqual(['DELETE /bkt/key', 'HEAD /bkt/key']);
  });

  it.each([
    ['the object stands', { status: 200 }],
    ['it is gone without a marker', { status: 404 }],
    ['nobody may look', { status: 403 }],
  ])('is repeated where %s', async (_, seen) => {
    const transport = scriptedTransport(lost, seen, { status: 204 });
    await clientOf(transport).deleteObject(at);
    expect(sent(transport)).toEqual(['DELETE /bkt/key', 'HEAD /bkt/key', 'DELETE /bkt/key']);
  });

  it('is repeated at once for a version', async () => {
    const transport = scriptedTransport(lost, { status: 204 });
    await clientOf(transport).deleteObject({ ...at, versionId: 'CAEQ1' });
    expect(transport.requests).toHaveLength(2);
  });
});

describe('a lost reply of RestoreObject', () => {
  it('is success where the restoration runs', async () => {
    const transport = scriptedTransport(lost, { status: 200, headers: { 'x-oss-restore': 'ongoing-request="true"' } });
    expect(await clientOf(transport).restoreObject({ ...at, days: 1 })).toMatchObject({ statusCode: 202 });
    expect(sent(transport)).toEqual(['POST /bkt/key?restore', 'HEAD /bkt/key']);
  });

  it('is repeated where it does not', async () => {
    const transport = scriptedTransport(lost, { status: 200 }, { status: 202 });
    expect(await clientOf(transport).restoreObject(at)).toMatchObject({ statusCode: 202 });
    expect(transport.requests).toHaveLength(3);
  });
});

describe('a lost reply of PutSymlink that must not overwrite', () => {
  const request = { ...at, symlinkTarget: 'a b', forbidOverwrite: true };
  const link = (target: string) => ({ status: 200, headers: { 'x-oss-symlink-target': target, etag: '"E"' } });

  it('is success where the link points there', async () => {
    const transport = scriptedTransport(lost, link('a%20b'));
    expect(await clientOf(transport).putSymlink(request)).toMatchObject({ etag: '"E"' });
    expect(sent(transport)).toEqual(['PUT /bkt/key?symlink', 'GET /bkt/key?symlink']);
  });

  it.each([[link('other')], [errorAnswer(400, 'NotSymlink')], [errorAnswer(404, 'NoSuchKey')]])('is repeated otherwise', async (seen) => {
    const transport = scriptedTransport(lost, seen, errorAnswer(409, 'FileAlreadyExists'), seen);
    await expect(clientOf(transport).putSymlink(request)).rejects.toMatchObject({ code: 'FileAlreadyExists' });
    expect(sent(transport).filter((line) => line.startsWith('PUT'))).toHaveLength(2);
  });
});
