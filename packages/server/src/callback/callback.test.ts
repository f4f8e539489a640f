// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the variables of callback templates
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@ossature/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, TestClock, type TestServer, testAccount } from '../sender.test.support.ts';
import { fillTemplate } from './fill-template.ts';
import { isAllowedUrl } from './is-allowed-url.ts';
import { requestedCallback } from './requested-callback.ts';

const base64 = (document: unknown) => Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)).toString('base64');

/** An application's server: keeps what it is sent, and answers as it is told. */
class Application {
  readonly received: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  answer: (response: ServerResponse) => void = (response) => this.reply(response, 200, '{"Status":"OK"}');
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.received.push({
        path: `${request.method} ${request.url}`,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      this.answer(response);
    });
  });

  reply(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), 'Content-Type': 'application/json', ...headers }).end(body);
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const bucket = 'bkt';
let application: Application;
let host: string;
let test: TestServer;

beforeEach(async () => {
  application = new Application();
  host = await application.start();
  test = await startTestServer({ buckets: [bucket], callbackAllow: [host, 'example.com'] });
});
afterEach(async () => {
  await test.server.close();
  await application.stop();
});

const callbackTo = (more: Readonly<Record<string, unknown>> = {}) =>
  base64({ callbackUrl: `http://${host}/told?a=b`, callbackBody: 'bucket=${bucket}', ...more });
const put = (headers: Readonly<Record<string, string>>, key = 'dir/源 1.txt') =>
  test.send({ method: 'PUT', bucket, key, body: 'hello world', headers: { 'Content-Type': 'text/plain', ...headers } });

describe('a callback', () => {
  it('tells the application of the write, and its answer is the answer', async () => {
    const body =
      'b=${bucket}&o=${object}&e=${etag}&s=${size}&m=${mimeType}&c=${crc64}&d=${contentMd5}&i=${clientIp}&p=${operation}&u=${x:uid}&h=${imageInfo.height}&n=${nobody}';
    const told = await put({ 'x-oss-callback': callbackTo({ callbackBody: body }), 'x-oss-callback-var': base64({ 'x:uid': 'a&b' }) });
    expect([told.status, told.text, told.header('content-type')]).toEqual([200, '{"Status":"OK"}', 'application/json']);
    expect([told.header('etag'), told.header('content-length')]).toEqual(['"5EB63BBBE01EEED093CB22BB8F5ACDC3"', '15']);
    const [received] = application.received;
    expect(received?.path).toBe('POST /told?a=b');
    expect(received?.body).toBe(
      'b=bkt&o=dir%2F%E6%BA%90%201.txt&e=5EB63BBBE01EEED093CB22BB8F5ACDC3&s=11&m=text%2Fplain&c=5981764153023615706&d=XrY7u%2BAe7tCTyyK7j1rNww%3D%3D&i=127.0.0.1&p=PutObject&u=a%26b&h=&n=',
    );
    expect(received?.headers).toMatchObject({
      host,
      connection: 'close',
      'content-type': 'application/x-www-form-urlencoded',
      'content-md5': createHash('md5')
        .update(received?.body ?? '')
        .digest('base64'),
      'user-agent': 'aliyun-oss-callback',
      date: 'Wed, 01 May 2024 08:00:00 GMT',
      'x-oss-bucket': bucket,
      'x-oss-request-id': told.header('x-oss-request-id'),
      'x-oss-requester': testAccount.ownerId,
      'x-oss-signature-version': '1.0',
      'x-oss-tag': 'CALLBACK',
    });
    // Nobody here has a key of Alibaba Cloud: nothing is signed that looks as if.
    expect([received?.headers.authorization, received?.headers['x-oss-pub-key-url']]).toEqual([undefined, undefined]);
    expect((await test.send({ bucket, key: 'dir/源 1.txt' })).text).toBe('hello world');
  });

  it('may have a body in JSON, another Host, and come by the query of a presigned URL', async () => {
    const body = '{"object":${object},"size":${size},"uid":${x:uid},"none":${imageInfo.width}}';
    const callback = callbackTo({
      callbackBody: body,
      callbackBodyType: 'application/json',
      callbackHost: 'app.example.com',
      callbackSNI: false,
    });
    const query = { callback, 'callback-var': base64({ 'x:uid': 'say "hi" ${bucket}' }) };
    const told = await test.send({ method: 'PUT', bucket, key: 'a"b', query, presignSeconds: 60, body: 'x' });
    expect([told.status, told.text]).toEqual([200, '{"Status":"OK"}']);
    const [received] = application.received;
    expect(received?.headers).toMatchObject({ host: 'app.example.com', 'content-type': 'application/json' });
    expect(JSON.parse(received?.body ?? '')).toEqual({ object: 'a"b', size: 1, uid: 'say "hi" ${bucket}', none: '' });
  });

  it('of Complete stands in place of its document, and our client gives it back', async () => {
    const client = createClient({
      endpoint: test.server.endpoint,
      region: 'cn-hangzhou',
      credentials: testAccount,
      clock: test.clock,
    });
    const { uploadId } = await client.initiateMultipartUpload({ bucket, key: 'big' });
    const { etag = '' } = await client.uploadPart({ bucket, key: 'big', uploadId, partNumber: 1, body: 'part' });
    const parts = [{ partNumber: 1, etag }];
    const callback = callbackTo({ callbackBody: 'e=${etag}&s=${size}&d=${contentMd5}' });
    const done = await client.completeMultipartUpload({ bucket, key: 'big', uploadId, parts, callback });
    expect([done.statusCode, done.callbackResult, done.etag]).toEqual([200, '{"Status":"OK"}', undefined]);
    expect(done.etagHeader).toMatch(/^"[0-9A-F]{32}-1"$/);
    expect(application.received[0]?.body).toBe(`e=${done.etagHeader?.replaceAll('"', '')}&s=4&d=`);
    const told = await client.putObject({ bucket, key: 'small', body: 'x', callback });
    expect(told.callbackResult).toBe('{"Status":"OK"}');
    expect((await client.putObject({ bucket, key: 'small', body: 'x' })).callbackResult).toBeUndefined();
  });

  it('takes an XML document for an answer, where it is said to be one', async () => {
    application.answer = (response) => application.reply(response, 200, '<ok/>', { 'Content-Type': 'application/xml' });
    const told = await put({ 'x-oss-callback': callbackTo() });
    expect([told.status, told.text, told.header('content-type')]).toEqual([200, '<ok/>', 'application/xml']);
  });
});

describe('a callback that fails', () => {
  it.each<[what: string, answer: (response: ServerResponse) => void, message: string]>([
    ['a redirect', (response) => application.reply(response, 301, '{}', { Location: 'http://169.254.169.254/' }), 'Error status : 301.'],
    ['an error', (response) => application.reply(response, 502, '{}'), 'Error status : 502.'],
    ['another success', (response) => application.reply(response, 201, '{}'), 'Error status : 201.'],
    ['no JSON', (response) => application.reply(response, 200, 'ok'), 'Response body is not valid json format.'],
    ['no length', (response) => response.writeHead(200).end('{}'), 'Response has no Content-Length.'],
    ['a huge answer', (response) => response.writeHead(200, { 'Content-Length': 2_000_000 }).write('{'), 'Response body is too large.'],
    ['a hang-up', (response) => response.destroy(), 'Error status : -1.OSS can not connect to your callbackUrl, please check it.'],
  ])('by %s is 203 CallbackFailed, and the object stays', async (_, answer, message) => {
    application.answer = answer;
    const told = await put({ 'x-oss-callback': callbackTo() }, 'kept');
    expect([told.status, told.element('Code'), told.element('Message'), told.header('x-oss-ec')]).toEqual([
      203,
      'CallbackFailed',
      message,
      '0007-00000203',
    ]);
    expect(application.received).toHaveLength(1);
    expect((await test.send({ bucket, key: 'kept' })).text).toBe('hello world');
  });

  it('tries the next of its URLs', async () => {
    const dead = await new Application().start().then(async () => '127.0.0.1:9');
    await test.server.close();
    test = await startTestServer({ buckets: [bucket], callbackAllow: [host, dead] });
    const told = await put({ 'x-oss-callback': callbackTo({ callbackUrl: `http://${dead}/;${host}/second` }) });
    expect([told.status, told.text]).toEqual([200, '{"Status":"OK"}']);
    expect(application.received.map(({ path }) => path)).toEqual(['POST /second']);
  });

  it('is given up after five seconds', async () => {
    await test.server.close();
    const clock = new TestClock();
    test = await startTestServer({ buckets: [bucket], callbackAllow: [host], clock });
    let sleptMs: number | undefined;
    const { sleep } = clock;
    // Only the wait for the answer is over at once: what runs in the background sleeps on.
    clock.sleep = async (ms, signal) => {
      if (application.received.length > 0 || ms !== 5000 || sleptMs !== undefined) return sleep.call(clock, ms, signal);
      sleptMs = ms;
    };
    application.answer = () => {};
    const told = await put({ 'x-oss-callback': callbackTo() });
    expect([told.status, told.element('Message'), sleptMs]).toEqual([203, 'Cost too long time.', 5000]);
  });
});

describe('a callback that is asked for wrongly', () => {
  const ok = { callbackUrl: 'http://example.com/', callbackBody: 'x' };
  it.each<[what: string, headers: Readonly<Record<string, string>>, query?: Readonly<Record<string, string>>]>([
    ['no base64', { 'x-oss-callback': '{}' }],
    ['no JSON', { 'x-oss-callback': base64('{') }],
    ['a list', { 'x-oss-callback': base64([]) }],
    ['nothing in it', { 'x-oss-callback': base64({}) }],
    ['no URL', { 'x-oss-callback': base64({ callbackBody: 'x' }) }],
    ['no body', { 'x-oss-callback': base64({ ...ok, callbackBody: '' }) }],
    ['a URL that is none', { 'x-oss-callback': base64({ ...ok, callbackUrl: 'http://' }) }],
    ['six URLs', { 'x-oss-callback': base64({ ...ok, callbackUrl: 'http://example.com/;'.repeat(6) }) }],
    ['another scheme', { 'x-oss-callback': base64({ ...ok, callbackUrl: 'file:///etc/passwd' }) }],
    ['credentials in the URL', { 'x-oss-callback': base64({ ...ok, callbackUrl: 'http://user:pass@example.com/' }) }],
    ['another body type', { 'x-oss-callback': base64({ ...ok, callbackBodyType: 'text/plain' }) }],
    ['a Host with a line break', { 'x-oss-callback': base64({ ...ok, callbackHost: 'a\r\nX: y' }) }],
    ['a callbackSNI that is none', { 'x-oss-callback': base64({ ...ok, callbackSNI: 'yes' }) }],
    ['more than 5 KB', { 'x-oss-callback': base64({ ...ok, callbackBody: 'x'.repeat(5000) }) }],
    ['a variable without x:', { 'x-oss-callback': base64(ok), 'x-oss-callback-var': base64({ uid: '1' }) }],
    ['a variable in upper case', { 'x-oss-callback': base64(ok), 'x-oss-callback-var': base64({ 'x:UID': '1' }) }],
    ['a variable that is no text', { 'x-oss-callback': base64(ok), 'x-oss-callback-var': base64({ 'x:uid': {} }) }],
    ['variables alone', { 'x-oss-callback-var': base64({ 'x:uid': '1' }) }],
    ['two places', { 'x-oss-callback': base64(ok) }, { callback: base64(ok) }],
  ])('with %s is refused, and nothing is stored', async (_, headers, query = {}) => {
    const told = await test.send({ method: 'PUT', bucket, key: 'a', body: 'x', headers, query });
    expect([told.status, told.code]).toEqual([400, 'InvalidArgument']);
    expect((await test.send({ method: 'HEAD', bucket, key: 'a' })).status).toBe(404);
    expect(application.received).toEqual([]);
  });

  it('or to a host that is not allowed is NotImplemented by name, and nothing is stored', async () => {
    for (const callbackUrl of ['http://169.254.169.254/', `http://${host}/;http://localhost/`, 'http://example.com:8080/']) {
      const told = await put({ 'x-oss-callback': callbackTo({ callbackUrl }) }, 'a');
      expect([callbackUrl, told.status, told.code, told.element('Header')]).toEqual([callbackUrl, 400, 'NotImplemented', 'x-oss-callback']);
    }
    const closed = await startTestServer({ buckets: [bucket] });
    const told = await closed.send({ method: 'PUT', bucket, key: 'a', body: 'x', headers: { 'x-oss-callback': callbackTo() } });
    expect([told.status, told.code]).toEqual([400, 'NotImplemented']);
    await closed.server.close();
    expect((await test.send({ method: 'HEAD', bucket, key: 'a' })).status).toBe(404);
    expect(application.received).toEqual([]);
  });
});

describe('allowed hosts', () => {
  it.each<[url: string, allowed: readonly string[], expected: boolean]>([
    ['http://example.com/', ['example.com'], true],
    ['https://example.com/', ['example.com'], true],
    ['http://EXAMPLE.com:80/a', ['Example.Com'], true],
    ['http://example.com:443/', ['example.com'], false],
    ['https://example.com:443/', ['example.com:443'], true],
    ['http://example.com:8080/', ['example.com:8080'], true],
    ['http://example.com/', ['example.com:8080'], false],
    ['http://sub.example.com/', ['example.com'], false],
    ['http://example.com.evil.test/', ['example.com'], false],
    ['http://127.1:8080/', ['127.0.0.1:8080'], true],
    ['http://[::1]:8080/', ['[::1]:8080'], true],
    ['http://[0:0:0:0:0:0:0:1]:8080/', ['[::1]:8080'], true],
    ['http://example.com/', ['example.com:x', '[', ''], false],
  ])('%s among %j: %s', (url, allowed, expected) => {
    expect(isAllowedUrl(new URL(url), allowed)).toBe(expected);
  });
});

describe('a template', () => {
  it('is filled once, encoded as its type has it', () => {
    const values = { a: '${b}&"', b: 'x', n: 7, none: undefined };
    expect(fillTemplate('${a} ${n} ${none} ${toString} ${} $a {a}', values, 'application/x-www-form-urlencoded')).toBe(
      '%24%7Bb%7D%26%22 7     $a {a}'.replace('7     ', '7    '),
    );
    expect(fillTemplate('[${a},${n},${none},${toString}]', values, 'application/json')).toBe('["${b}&\\"",7,"",""]');
  });

  it('is none where none is asked for', () => {
    expect(requestedCallback({}, [])).toBeUndefined();
  });
});
