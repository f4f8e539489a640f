import { crc64, isServiceError } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import type { ClientOptions } from './client.ts';
import { settle, TestClock } from './clock.test.support.ts';
import { createClient } from './index.ts';
import { errorAnswer, type ScriptedStep, type ScriptedTransport, scriptedTransport } from './scripted-transport.test.support.ts';
import { TransportError } from './transport-error.ts';

const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk' };
const address = { bucket: 'bkt', key: 'key' };
const content = new TextEncoder().encode('hello world');
const put = (more: Readonly<Record<string, string>> = {}): ScriptedStep => ({
  status: 200,
  headers: { etag: '"E"', 'x-oss-hash-crc64ecma': String(crc64(content)), ...more },
});
const reset = new TransportError('reset', { message: 'broken off' });

function clientOf(transport: ScriptedTransport, more: Partial<ClientOptions> = {}) {
  // Waits between tries pass by themselves; the watch for silence, which is longer, does not.
  const clock = new TestClock({ skipUpToMs: 20_000 });
  const client = createClient({
    endpoint: 'http://127.0.0.1:9720',
    region: 'cn-hangzhou',
    credentials,
    transport,
    clock,
    random: () => 0.5,
    ...more,
  });
  return { client, clock };
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('a call', () => {
  it('signs by x-oss-date, sends, and decodes', async () => {
    const transport = scriptedTransport(put());
    const { client } = clientOf(transport);
    const stored = await client.putObject({ ...address, body: content, contentType: 'text/plain', metadata: { author: '世界' } });
    expect(stored).toMatchObject({ statusCode: 200, requestId: 'REQUEST-ID', etag: '"E"', hashCrc64: String(crc64(content)) });
    expect(stored.headers['etag']).toBe('"E"');
    const [sent] = transport.requests;
    expect(sent).toMatchObject({ method: 'PUT', target: '/bkt/key', body: content });
    expect(sent?.headers).toMatchObject({
      host: '127.0.0.1:9720',
      'content-length': '11',
      'content-type': 'text/plain',
      'x-oss-date': '20260101T000000Z',
      'x-oss-meta-author': Buffer.from('世界').toString('latin1'),
      // Known before it is sent, so that the service can refuse other bytes.
      'x-oss-hash-crc64ecma': String(crc64(content)),
    });
    expect(sent?.headers['authorization']).toMatch(/^OSS4-HMAC-SHA256 Credential=ak\/20260101\/cn-hangzhou\/oss\/aliyun_v4_request,/);
    expect(sent?.headers).not.toHaveProperty('date');
  });

  it('is anonymous without credentials', async () => {
    const transport = scriptedTransport(put());
    await clientOf(transport, { credentials: undefined })
      .client.putObject({ ...address, body: 'x' })
      .catch(() => undefined);
    expect(transport.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('throws the error of the service with its facts', async () => {
    const transport = scriptedTransport(errorAnswer(404, 'NoSuchKey'));
    const error = await clientOf(transport)
      .client.headObject(address)
      .catch((thrown: unknown) => thrown);
    expect(isServiceError(error, 'NoSuchKey')).toBe(true);
    expect(error).toMatchObject({ statusCode: 404 });
  });

  it('gives 304 as NotModified', async () => {
    const transport = scriptedTransport({ status: 304 });
    await expect(
      clientOf(transport).client.copyObject({ ...address, sourceBucket: 'src', sourceKey: 'k', ifNoneMatch: 'E' }),
    ).rejects.toMatchObject({
      code: 'NotModified',
      statusCode: 304,
    });
  });

  it.each(['bytes=5', 'bytes=9-1', '5-9', 'bytes=0-1,4-5', 'items=0-1'])('refuses the range %j before it sends anything', async (range) => {
    const transport = scriptedTransport();
    const { client } = clientOf(transport);
    await expect(client.getObject({ ...address, range })).rejects.toMatchObject({ name: 'InvalidRequestError', member: 'range' });
    const part = { ...address, uploadId: 'U', partNumber: 1, sourceBucket: 'src', sourceKey: 'k', sourceRange: range };
    await expect(client.uploadPartCopy(part)).rejects.toMatchObject({ name: 'InvalidRequestError', member: 'sourceRange' });
    expect(transport.requests).toHaveLength(0);
  });

  it.each([
    ['bucket', { key: 'k' }],
    ['key', { bucket: 'bkt' }],
    ['key', { bucket: 'bkt', key: '' }],
    ['colour', { bucket: 'bkt', key: 'k', colour: 'red' }],
    ['contentType', { bucket: 'bkt', key: 'k', contentType: 'a\r\nx-oss-object-acl: public-read' }],
    ['metadata', { bucket: 'bkt', key: 'k', metadata: { 作者: 'x' } }],
  ])('refuses a request whose %s is at fault', async (member, request) => {
    const transport = scriptedTransport();
    await expect(clientOf(transport).client.putObject(request as never)).rejects.toMatchObject({ name: 'InvalidRequestError', member });
    expect(transport.requests).toHaveLength(0);
  });

  it.each<[member: string, operation: 'putObject' | 'deleteObject', more: Readonly<Record<string, unknown>>]>([
    ['body', 'deleteObject', { body: 'x' }],
    ['contentLength', 'putObject', { contentLength: -1, body: streamOf(content) }],
    ['contentLength', 'putObject', { contentLength: '11', body: content }],
    ['hashCrc64', 'putObject', { hashCrc64: 'abc', body: content }],
    ['hashCrc64', 'putObject', { hashCrc64: 5, body: content }],
    ['hashCrc64', 'putObject', { hashCrc64: '18446744073709551616', body: content }],
    ['hashCrc64', 'putObject', { hashCrc64: -1n, body: content }],
  ])('refuses a %s that makes no sense: %s %o', async (member, operation, more) => {
    const transport = scriptedTransport();
    const { client } = clientOf(transport);
    // As a caller without types may have it.
    await expect(client[operation]({ ...address, ...(more as object) })).rejects.toMatchObject({ name: 'InvalidRequestError', member });
    expect(transport.requests).toHaveLength(0);
  });

  it('refuses a preceding checksum that is none before it appends', async () => {
    const transport = scriptedTransport();
    const append = clientOf(transport).client.appendObject({ ...address, position: 0, body: content }, { precedingHashCrc64: 'q' });
    await expect(append).rejects.toMatchObject({ name: 'InvalidRequestError', member: 'precedingHashCrc64' });
    expect(transport.requests).toHaveLength(0);
  });

  it('refuses a copy without a source', async () => {
    const { client } = clientOf(scriptedTransport());
    await expect(client.copyObject(address as never)).rejects.toMatchObject({ member: 'sourceBucket' });
    await expect(client.copyObject({ ...address, sourceBucket: 'a/b', sourceKey: 'k' })).rejects.toMatchObject({ member: 'sourceBucket' });
  });

  it('sends the MD5 of an XML body', async () => {
    const transport = scriptedTransport({ status: 200 });
    await clientOf(transport).client.deleteMultipleObjects({ bucket: 'bkt', quiet: true, objects: [{ key: 'a' }] });
    const [sent] = transport.requests;
    const { createHash } = await import('node:crypto');
    expect(sent?.headers['content-md5']).toBe(
      createHash('md5')
        .update(sent?.body ?? '')
        .digest('base64'),
    );
    expect(sent?.target).toBe('/bkt/?delete&encoding-type=url');
  });
});

describe('retries', () => {
  it('repeats what passes, with jitter that doubles, and then gives up', async () => {
    const transport = scriptedTransport(errorAnswer(500, 'InternalError'), errorAnswer(503, 'ServiceUnavailable'), put());
    const { client, clock } = clientOf(transport);
    await client.putObject({ ...address, body: content });
    expect(clock.skippedMs).toEqual([100, 200]);
    const failing = scriptedTransport(...Array.from({ length: 4 }, () => errorAnswer(500, 'InternalError')));
    await expect(clientOf(failing).client.putObject({ ...address, body: content })).rejects.toMatchObject({ code: 'InternalError' });
    expect(failing.requests).toHaveLength(3);
  });

  it('waits as long as the service asks', async () => {
    const transport = scriptedTransport(errorAnswer(429, 'TooManyRequests', { 'retry-after': '3' }), put());
    const { client, clock } = clientOf(transport);
    await client.putObject({ ...address, body: content });
    expect(clock.skippedMs).toEqual([3000]);
  });

  it('does not repeat what would fail alike', async () => {
    const transport = scriptedTransport(errorAnswer(403, 'AccessDenied'));
    await expect(clientOf(transport).client.getObject(address)).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(transport.requests).toHaveLength(1);
  });

  it('says after faults how often and how long it tried', async () => {
    const transport = scriptedTransport(reset, reset, reset);
    const error = await clientOf(transport)
      .client.getObject(address)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TransportError', kind: 'reset', tries: 3, elapsedMs: 300 });
  });

  it('takes 200 with an error inside for the error that it is', async () => {
    const lost = { ...errorAnswer(200, 'InternalError') };
    const copied = {
      status: 200,
      body: '<CopyObjectResult><ETag>"E"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></CopyObjectResult>',
    };
    const transport = scriptedTransport(lost, copied);
    const copy = { ...address, sourceBucket: 'src', sourceKey: 'k' };
    expect(await clientOf(transport).client.copyObject(copy)).toMatchObject({
      etag: '"E"',
      lastModified: new Date('2026-01-01T00:00:00Z'),
    });
    expect(transport.requests).toHaveLength(2);
    const final = scriptedTransport(errorAnswer(200, 'NoSuchKey'));
    await expect(clientOf(final).client.copyObject(copy)).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  it('takes an answer that is cut short for a lost one', async () => {
    const cut = { status: 200, body: '<ListBucketResult><Name>bkt</Name>' };
    const transport = scriptedTransport(cut, cut, cut);
    await expect(clientOf(transport).client.listObjectsV2({ bucket: 'bkt' })).rejects.toMatchObject({ code: 'BadResponse' });
    expect(transport.requests).toHaveLength(3);
  });

  it('corrects its clock once by the answer, and keeps the correction', async () => {
    const skewed = errorAnswer(403, 'RequestTimeTooSkewed', { date: 'Thu, 01 Jan 2026 02:00:00 GMT' });
    const transport = scriptedTransport(skewed, put(), put(), skewed, skewed);
    const { client, clock } = clientOf(transport);
    await client.putObject({ ...address, body: content });
    await client.putObject({ ...address, body: content });
    expect(transport.requests.map((request) => request.headers['x-oss-date'])).toEqual([
      '20260101T000000Z',
      '20260101T020000Z',
      '20260101T020000Z',
    ]);
    expect(clock.skippedMs).toEqual([]);
    await expect(client.putObject({ ...address, body: content })).rejects.toMatchObject({ code: 'RequestTimeTooSkewed' });
    expect(transport.requests).toHaveLength(5);
  });

  it('asks the provider for other credentials once', async () => {
    let asked = 0;
    const provider = async () => ({ accessKeyId: `ak-${++asked}`, accessKeySecret: 'sk' });
    const refused = errorAnswer(403, 'SecurityTokenExpired');
    const transport = scriptedTransport(refused, put());
    await clientOf(transport, { credentials: provider }).client.putObject({ ...address, body: content });
    expect(transport.requests[1]?.headers['authorization']).toContain('Credential=ak-2/');
    const fixed = scriptedTransport(refused);
    await expect(clientOf(fixed).client.putObject({ ...address, body: content })).rejects.toMatchObject({ code: 'SecurityTokenExpired' });
    expect(fixed.requests).toHaveLength(1);
  });

  it('repeats only bodies that can be had again', async () => {
    const once = scriptedTransport(reset, put());
    await expect(clientOf(once).client.putObject({ ...address, body: streamOf(content) })).rejects.toMatchObject({ kind: 'reset' });
    expect(once.requests).toHaveLength(1);
    const again = scriptedTransport(reset, put());
    await clientOf(again).client.putObject({ ...address, body: () => streamOf(content) });
    expect(again.requests.map((request) => request.body)).toEqual([content, content]);
  });

  it('repeats a stream of which nothing was taken', async () => {
    let tries = 0;
    const scripted = scriptedTransport(put());
    const transport = {
      ...scripted,
      requests: scripted.requests,
      send: async (...[origin, request]: Parameters<typeof scripted.send>) => {
        if (tries++ === 0) throw new TransportError('connect', { message: 'refused' });
        return scripted.send(origin, request);
      },
    };
    await clientOf(transport).client.putObject({ ...address, body: streamOf(content) });
    expect(transport.requests[0]?.body).toEqual(content);
  });
});

describe('silence and aborts', () => {
  it('ends a try after the longest silence, and says so', async () => {
    const transport = scriptedTransport('never', 'never');
    const { client, clock } = clientOf(transport, { idleTimeoutMs: 60_000, retry: { attempts: 2 } });
    const result = client.getObject(address).catch((thrown: unknown) => thrown);
    await settle();
    await clock.advance(60_000);
    await settle();
    await clock.advance(60_000);
    expect(await result).toMatchObject({ name: 'TransportError', kind: 'timeout', tries: 2 });
  });

  it('waits longer for a copy, of which nothing is heard until it is done', async () => {
    const { client, clock } = clientOf(scriptedTransport('never'), { retry: { attempts: 1 } });
    let ended = false;
    const copy = client.copyObject({ ...address, sourceBucket: 'src', sourceKey: 'k' }).catch((thrown: unknown) => {
      ended = true;
      return thrown;
    });
    await settle();
    await clock.advance(299_999);
    expect(ended).toBe(false);
    await clock.advance(1);
    expect(await copy).toMatchObject({ kind: 'timeout' });
  });

  it('does not take a slow source for silence', async () => {
    let release: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* slow(): AsyncGenerator<Uint8Array> {
      await ready;
      yield content;
    }
    const { client, clock } = clientOf(scriptedTransport(put()), { idleTimeoutMs: 60_000 });
    const result = client.putObject({ ...address, body: slow() });
    await settle();
    await clock.advance(600_000);
    release();
    expect(await result).toMatchObject({ statusCode: 200 });
  });

  it('ends at once with the signal: before it is sent, while it waits, and between tries', async () => {
    const early = scriptedTransport();
    await expect(clientOf(early).client.getObject(address, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
    expect(early.requests).toHaveLength(0);

    const controller = new AbortController();
    const waiting = clientOf(scriptedTransport('never')).client.getObject(address, { signal: controller.signal });
    await settle();
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted', cause: expect.objectContaining({ message: 'enough' }) });

    const between = new AbortController();
    const { client } = clientOf(scriptedTransport(reset), { clock: new TestClock() });
    const pausing = client.getObject(address, { signal: between.signal });
    await settle();
    between.abort();
    await expect(pausing).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('ends while it waits for credentials, and while it looks what became of a lost call', async () => {
    const asking = new AbortController();
    const { client } = clientOf(scriptedTransport(), { credentials: () => new Promise(() => undefined) });
    const asked = client.getObject(address, { signal: asking.signal });
    await settle();
    asking.abort();
    await expect(asked).rejects.toMatchObject({ kind: 'aborted' });

    const looking = new AbortController();
    const lost = clientOf(scriptedTransport(reset, 'never')).client.deleteBucket({ bucket: 'bkt' }, { signal: looking.signal });
    await settle();
    looking.abort();
    await expect(lost).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('ends the reading of a body too', async () => {
    async function* stuck(): AsyncGenerator<Uint8Array> {
      yield content;
      await new Promise(() => undefined);
    }
    const controller = new AbortController();
    const { client } = clientOf(scriptedTransport({ status: 200, body: stuck() }));
    const { body } = await client.getObject(address, { signal: controller.signal });
    const read = body.bytes();
    await settle();
    controller.abort();
    await expect(read).rejects.toMatchObject({ kind: 'aborted' });
  });
});

describe('checksums', () => {
  it('is an error where the service stored other bytes than were sent', async () => {
    const wrong = put({ 'x-oss-hash-crc64ecma': '1' });
    const transport = scriptedTransport(wrong, wrong, wrong);
    await expect(clientOf(transport).client.putObject({ ...address, body: content })).rejects.toMatchObject({
      name: 'ChecksumError',
      expected: '1',
      actual: String(crc64(content)),
    });
    expect(transport.requests).toHaveLength(3);
    const part = { ...address, uploadId: 'U', partNumber: 1, body: () => streamOf(content) };
    const mended = scriptedTransport(wrong, put());
    expect(await clientOf(mended).client.uploadPart(part)).toMatchObject({ statusCode: 200 });
  });

  it('checks an append against all that stands before it', async () => {
    const before = new TextEncoder().encode('hello ');
    const answer = (crc: bigint): ScriptedStep => ({
      status: 200,
      headers: { 'x-oss-hash-crc64ecma': String(crc), 'x-oss-next-append-position': '11' },
    });
    const append = { ...address, position: 6, body: 'world' };
    const options = { precedingHashCrc64: String(crc64(before)) };
    expect(await clientOf(scriptedTransport(answer(crc64(content)))).client.appendObject(append, options)).toMatchObject({
      nextAppendPosition: 11,
    });
    // An append is not repeated: its bytes are there, whatever they are.
    const transport = scriptedTransport(answer(7n), { status: 200, headers: { 'content-length': '99' } });
    await expect(clientOf(transport).client.appendObject(append, options)).rejects.toMatchObject({ name: 'ChecksumError' });
    expect(await clientOf(scriptedTransport(answer(7n))).client.appendObject(append)).toMatchObject({ hashCrc64: '7' });
  });

  it('checks whole downloads, and cannot check ranges', async () => {
    const headers = { 'content-length': '11', 'x-oss-hash-crc64ecma': String(crc64(content)) };
    const right = await clientOf(scriptedTransport({ status: 200, headers, body: content })).client.getObject(address);
    expect(await right.body.text()).toBe('hello world');
    const wrong = await clientOf(scriptedTransport({ status: 200, headers, body: 'hello_world' })).client.getObject(address);
    await expect(wrong.body.bytes()).rejects.toMatchObject({ name: 'ChecksumError' });
    const slice = { status: 206, headers: { ...headers, 'content-length': '5', 'content-range': 'bytes 0-4/11' }, body: 'hello' };
    const range = await clientOf(scriptedTransport(slice)).client.getObject({ ...address, range: 'bytes=0-4' });
    expect(await range.body.text()).toBe('hello');
    expect(range.statusCode === 206 && range.contentRange).toBe('bytes 0-4/11');
  });
});
