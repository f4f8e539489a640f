import { crc64 } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import { TestClock } from './clock.test.support.ts';
import { createClient } from './index.ts';
import {
  errorAnswer,
  type ScriptedAnswer,
  type ScriptedStep,
  type ScriptedTransport,
  scriptedTransport,
} from './scripted-transport.test.support.ts';
import { TransportError } from './transport-error.ts';

const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk' };
const lost = new TransportError('reset', { message: 'the reply is lost' });
const content = new TextEncoder().encode('hello world');

function clientOf(transport: ScriptedTransport) {
  const clock = new TestClock({ skipUpToMs: 20_000 });
  return createClient({ endpoint: 'http://127.0.0.1', region: 'cn-hangzhou', credentials, transport, clock, random: () => 0 });
}

const methodsOf = (transport: ScriptedTransport) => transport.requests.map((request) => `${request.method} ${request.target}`);

const head = (headers: Readonly<Record<string, string>>): ScriptedAnswer => ({
  status: 200,
  headers: { 'content-length': '11', ...headers },
});

const aliveUpload: ScriptedStep = {
  status: 200,
  body: '<ListPartsResult><Bucket>bkt</Bucket><Key>key</Key><UploadId>U</UploadId><MaxParts>1</MaxParts><IsTruncated>false</IsTruncated></ListPartsResult>',
};

describe('a lost reply of CompleteMultipartUpload', () => {
  // The part and the whole are those of the protocol reference, section 26.4.
  const complete = {
    bucket: 'bkt',
    key: 'key',
    uploadId: 'U',
    parts: [{ partNumber: 1, etag: '"17FEA6E97583648E493E6D8BCD54C8F4"' }],
  };
  const etag = '"9E83B5157A3614B6405D755A1295A9C0-1"';

  it('is success where the upload is gone and the object is the one of these parts', async () => {
    const transport = scriptedTransport(
      lost,
      errorAnswer(404, 'NoSuchUpload'),
      head({ etag, 'x-oss-hash-crc64ecma': '9427277473487083924' }),
    );
    const result = await clientOf(transport).completeMultipartUpload(complete);
    expect(result).toMatchObject({
      bucket: 'bkt',
      key: 'key',
      location: 'http://127.0.0.1/bkt/key',
      etag,
      hashCrc64: '9427277473487083924',
    });
    expect(methodsOf(transport)).toEqual([
      'POST /bkt/key?uploadId=U&encoding-type=url',
      'GET /bkt/key?uploadId=U&max-parts=1&encoding-type=url',
      'HEAD /bkt/key',
    ]);
  });

  it('is repeated where the upload still stands', async () => {
    const done = {
      status: 200,
      body: `<CompleteMultipartUploadResult><Location>l</Location><Bucket>bkt</Bucket><Key>key</Key><ETag>${etag}</ETag></CompleteMultipartUploadResult>`,
    };
    const transport = scriptedTransport(errorAnswer(500, 'InternalError'), aliveUpload, done);
    expect(await clientOf(transport).completeMultipartUpload(complete)).toMatchObject({ etag, location: 'l' });
  });

  it('is success where the service worked on after it was seen standing', async () => {
    const transport = scriptedTransport(
      lost,
      aliveUpload,
      errorAnswer(404, 'NoSuchUpload'),
      errorAnswer(404, 'NoSuchUpload'),
      head({ etag }),
    );
    expect(await clientOf(transport).completeMultipartUpload(complete)).toMatchObject({ etag });
  });

  it('is the original error where another object stands there, or nothing, or the look fails', async () => {
    const gone = errorAnswer(404, 'NoSuchUpload');
    for (const looks of [[gone, head({ etag: '"OTHER"' })], [gone, { status: 404 }], [errorAnswer(403, 'AccessDenied')]]) {
      await expect(clientOf(scriptedTransport(lost, ...looks)).completeMultipartUpload(complete)).rejects.toMatchObject({ kind: 'reset' });
    }
  });

  it('looks also after the last try', async () => {
    const transport = scriptedTransport(lost, errorAnswer(404, 'NoSuchUpload'), head({ etag }));
    expect(await clientOf(transport).completeMultipartUpload(complete, { attempts: 1 })).toMatchObject({ etag });
  });

  it('is not looked for where nothing can be unclear', async () => {
    const transport = scriptedTransport(errorAnswer(404, 'NoSuchUpload'));
    await expect(clientOf(transport).completeMultipartUpload(complete)).rejects.toMatchObject({ code: 'NoSuchUpload' });
    expect(transport.requests).toHaveLength(1);
  });
});

describe('a lost reply of AppendObject', () => {
  const append = { bucket: 'bkt', key: 'key', position: 6, body: 'world' };
  const range: ScriptedStep = { status: 206, headers: { 'content-length': '5' }, body: 'world' };

  it('is success where the object has grown by the bytes', async () => {
    const transport = scriptedTransport(lost, head({}), range);
    expect(await clientOf(transport).appendObject(append)).toMatchObject({ nextAppendPosition: 11 });
    expect(transport.requests[2]?.headers['range']).toBe('bytes=6-10');
  });

  it('needs no look at the bytes of a new object', async () => {
    const transport = scriptedTransport(lost, head({ 'x-oss-hash-crc64ecma': String(crc64(content)) }));
    expect(await clientOf(transport).appendObject({ ...append, position: 0, body: content })).toMatchObject({ nextAppendPosition: 11 });
  });

  it('is repeated where the object has not grown', async () => {
    const answer = { status: 200, headers: { 'x-oss-next-append-position': '11' } };
    const transport = scriptedTransport(lost, head({ 'content-length': '6' }), answer);
    expect(await clientOf(transport).appendObject(append)).toMatchObject({ nextAppendPosition: 11 });
    const fresh = scriptedTransport(lost, { status: 404 }, answer);
    expect(await clientOf(fresh).appendObject({ ...append, position: 0, body: content })).toMatchObject({ nextAppendPosition: 11 });
  });

  it('is the original error where somebody else appended', async () => {
    const others = [head({}), { ...range, body: 'WORLD' } as ScriptedStep];
    await expect(clientOf(scriptedTransport(lost, ...others)).appendObject(append)).rejects.toMatchObject({ kind: 'reset' });
    await expect(clientOf(scriptedTransport(lost, head({ 'content-length': '99' }))).appendObject(append)).rejects.toMatchObject({
      kind: 'reset',
    });
  });
});

describe('a lost reply of a write that must not overwrite', () => {
  const crc = String(crc64(content));
  const put = { bucket: 'bkt', key: 'key', body: content, forbidOverwrite: true };
  const exists = errorAnswer(409, 'FileAlreadyExists');

  it('is success where the object is what was sent', async () => {
    const transport = scriptedTransport(lost, head({ etag: '"E"', 'x-oss-hash-crc64ecma': crc }));
    expect(await clientOf(transport).putObject(put)).toMatchObject({ etag: '"E"', hashCrc64: crc });
  });

  it('is repeated where nothing stands there, and told by the service where something else does', async () => {
    const stored = { status: 200, headers: { etag: '"E"', 'x-oss-hash-crc64ecma': crc } };
    const transport = scriptedTransport(lost, { status: 404 }, stored);
    expect(await clientOf(transport).putObject(put)).toMatchObject({ etag: '"E"' });
    const other = scriptedTransport(lost, head({ 'x-oss-hash-crc64ecma': '1' }), exists, head({ 'x-oss-hash-crc64ecma': '1' }));
    await expect(clientOf(other).putObject(put)).rejects.toMatchObject({ code: 'FileAlreadyExists' });
  });

  it('is not looked for in an ordinary put, which may be repeated', async () => {
    const transport = scriptedTransport(lost, { status: 200, headers: { 'x-oss-hash-crc64ecma': crc } });
    await clientOf(transport).putObject({ ...put, forbidOverwrite: false });
    expect(methodsOf(transport)).toEqual(['PUT /bkt/key', 'PUT /bkt/key']);
  });

  it('compares a copy with its source', async () => {
    const copy = { bucket: 'bkt', key: 'key', sourceBucket: 'src', sourceKey: 'k', forbidOverwrite: true };
    const transport = scriptedTransport(lost, head({ etag: '"E"', 'x-oss-hash-crc64ecma': crc }), head({ 'x-oss-hash-crc64ecma': crc }));
    expect(await clientOf(transport).copyObject(copy)).toMatchObject({ etag: '"E"' });
    expect(methodsOf(transport)).toEqual(['PUT /bkt/key', 'HEAD /bkt/key', 'HEAD /src/k']);
    const other = scriptedTransport(
      lost,
      head({ 'x-oss-hash-crc64ecma': crc }),
      head({ 'x-oss-hash-crc64ecma': '1' }),
      exists,
      { status: 404 },
      { status: 404 },
    );
    await expect(clientOf(other).copyObject(copy)).rejects.toMatchObject({ code: 'FileAlreadyExists' });
  });
});

describe('a lost reply of a deletion', () => {
  it('is success where what was to go is gone', async () => {
    const upload = scriptedTransport(lost, errorAnswer(404, 'NoSuchUpload'));
    expect(await clientOf(upload).abortMultipartUpload({ bucket: 'bkt', key: 'key', uploadId: 'U' })).toMatchObject({ statusCode: 204 });
    const bucket = scriptedTransport(lost, errorAnswer(404, 'NoSuchBucket'));
    expect(await clientOf(bucket).deleteBucket({ bucket: 'bkt' })).toMatchObject({ statusCode: 204 });
  });

  it('is repeated where it is still there', async () => {
    const transport = scriptedTransport(lost, aliveUpload, { status: 204 });
    expect(await clientOf(transport).abortMultipartUpload({ bucket: 'bkt', key: 'key', uploadId: 'U' })).toMatchObject({ statusCode: 204 });
    expect(transport.requests).toHaveLength(3);
  });
});
