import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawRequest } from '@ossature/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerOptions } from './config.ts';
import { rawRequestOf, startTestServer, type TestRequest, testAccount } from './sender.test.support.ts';
import { sendOverSocket } from './socket-sender.test.support.ts';
import { type RunningServer, startServer } from './start-server.ts';

const servers: RunningServer[] = [];
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ossature-server-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await rm(directory, { recursive: true });
});

async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await startServer({ data: 'memory', port: 0, log: false, account: testAccount, ...options });
  servers.push(server);
  return server;
}

const send = (server: RunningServer, request: TestRequest) => sendOverSocket(server.endpoint, rawRequestOf(request, Date.now()));
const page = (server: RunningServer, path: string, host = '127.0.0.1') =>
  sendOverSocket(server.endpoint, { method: 'GET', target: path, headers: [['Host', host]] });

describe('a server on sockets', () => {
  it('stores and copies', async () => {
    const server = await start({ buckets: ['bkt'] });
    expect(server.endpoint).toBe(`http://127.0.0.1:${server.port}`);
    const headers = { 'x-oss-meta-poet': '李白', 'Content-Type': 'text/plain' };
    expect((await send(server, { method: 'PUT', bucket: 'bkt', key: 'a/b c', body: 'hello', headers })).status).toBe(200);
    const source = { 'x-oss-copy-source': '/bkt/a%2Fb%20c' };
    expect((await send(server, { method: 'PUT', bucket: 'bkt', key: 'copy', headers: source })).status).toBe(200);
    const got = await send(server, { bucket: 'bkt', key: 'copy', host: 'bkt.localhost' });
    expect([got.status, got.text, Buffer.from(got.header('x-oss-meta-poet') ?? '', 'latin1').toString()]).toEqual([200, 'hello', '李白']);
    expect([got.header('server'), got.header('content-length')]).toEqual(['AliyunOSS', '5']);
    const head = await send(server, { method: 'HEAD', bucket: 'bkt', key: 'none' });
    const document = Buffer.from(head.header('x-oss-err') ?? '', 'base64').toString();
    expect([head.status, head.text]).toEqual([404, '']);
    expect(document).toContain('<Code>NoSuchKey</Code>');
    const removed = await send(server, { method: 'DELETE', bucket: 'bkt', key: 'copy' });
    expect([removed.status, removed.header('content-length'), removed.header('transfer-encoding')]).toEqual([204, undefined, undefined]);
  });

  it('speaks TLS', async () => {
    const server = await start({ tls: { cert: testCertificate, key: testKey }, buckets: ['bkt'] });
    expect(server.endpoint).toMatch(/^https:/);
    expect((await send(server, { method: 'PUT', bucket: 'bkt', key: 'k', body: 'x' })).status).toBe(200);
    const query = { uploads: '' };
    const uploadId = /<UploadId>(\w*)</.exec((await send(server, { method: 'POST', bucket: 'bkt', key: 'k', query })).text)?.[1] ?? '';
    await send(server, { method: 'PUT', bucket: 'bkt', key: 'k', query: { uploadId, partNumber: '1' }, body: 'x' });
    const headers = { 'x-oss-complete-all': 'yes' };
    const done = await send(server, { method: 'POST', bucket: 'bkt', key: 'k', query: { uploadId }, headers });
    expect(done.text).toContain('<Location>https://127.0.0.1/bkt/k</Location>');
  });

  it('tells whether it is well, and its figures to its own machine', async () => {
    const server = await start({ buckets: ['bkt'] });
    await send(server, { bucket: 'bkt' });
    const health = await page(server, '/-/health', '.oss-cn-hangzhou.aliyuncs.com');
    expect([health.status, JSON.parse(health.text)]).toEqual([200, { status: 'ok' }]);
    const metrics = await page(server, '/-/metrics');
    expect([metrics.status, metrics.header('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
    expect(metrics.text).toContain('ossature_requests_total{operation="ListObjects",status="200"} 1');
    const raw: RawRequest = { method: 'GET', target: '/-/metrics', headers: [['Host', '127.0.0.1']] };
    expect((await server.handle(raw, { remoteAddress: '203.0.113.9', secure: false })).status).toBe(403);
    expect((await server.handle(raw, { remoteAddress: '::ffff:127.0.0.1', secure: false })).status).toBe(200);
    expect((await page(server, '/-/other')).status).toBe(400);
    expect((await page(server, '/-/health', 'bkt.localhost')).status).toBe(403);
    expect((await server.handle({ ...raw, method: 'POST' })).status).toBe(405);
  });

  it('closes once, and whatever is asked afterwards is told so', async () => {
    const server = await start();
    const closing = server.close();
    expect(server.close()).toBe(closing);
    await closing;
    const raw = rawRequestOf({ bucket: 'bkt' }, Date.now());
    expect((await server.handle(raw)).status).toBe(503);
  });

  it('rejects bad options before anything is opened', async () => {
    const bad: readonly Partial<ServerOptions>[] = [
      { port: 70_000 },
      { regions: ['oss-cn-hangzhou'] },
      { regions: ['Hangzhou'] },
      { buckets: ['No'] },
      { baseDomains: ['http://x'] },
      { publicUrl: 'example.com' },
      { quarantineMs: -1 },
      { data: '' },
      { account: { accessKeyId: 'a b', accessKeySecret: 'x' } },
      { account: { ...testAccount, ownerId: '1' } },
      { tls: { cert: testCertificate, key: 'not a key' } },
      { tls: { cert: testKey, key: testKey } },
    ];
    for (const options of bad) await expect(startServer({ data: 'memory', ...options })).rejects.toThrow(RangeError);
    await expect(startServer({ data: 'memory', tls: { cert: testCertificate, key: '' } })).rejects.toThrow(/^The option tls must be/);
  });
});

describe('a data directory', () => {
  const data = () => join(directory, 'data');

  it('has an account of its own, which stays', async () => {
    const first = await startServer({ data: data(), port: 0, log: false });
    expect([first.accountMinted, first.accountFile]).toEqual([true, join(data(), 'account.json')]);
    expect(first.account.accessKeyId).toMatch(/^OSST[A-Za-z0-9]{20}$/);
    expect(first.account.accessKeySecret).toMatch(/^[A-Za-z0-9]{30}$/);
    expect(first.account.ownerId).toMatch(/^\d{16}$/);
    expect((await stat(join(data(), 'account.json'))).mode & 0o777).toBe(0o600);
    const another = await startServer({ data: 'memory', port: 0, log: false });
    servers.push(another);
    expect([another.accountMinted, another.accountFile]).toEqual([true, undefined]);
    expect(another.account.accessKeySecret).not.toBe(first.account.accessKeySecret);
    await first.close();
    const second = await startServer({ data: data(), port: 0, log: false });
    servers.push(second);
    expect([second.accountMinted, second.account]).toEqual([false, first.account]);
  });

  it('keeps its buckets whichever keys it is served with', async () => {
    const first = await startServer({ data: data(), port: 0, log: false, account: { accessKeyId: 'a', accessKeySecret: 'b' } });
    await first.handle(rawRequestOf({ method: 'PUT', bucket: 'bkt', credentials: first.account }, Date.now()));
    await first.close();
    expect(await readdir(data())).not.toContain('account.json');
    const second = await startServer({ data: data(), port: 0, log: false });
    servers.push(second);
    expect((await second.handle(rawRequestOf({ bucket: 'bkt', credentials: second.account }, Date.now()))).status).toBe(200);
  });

  it('in use by another server is refused, and free again afterwards', async () => {
    const first = await startServer({ data: data(), port: 0, log: false });
    await expect(startServer({ data: data(), port: 0, log: false })).rejects.toMatchObject({ name: 'StoreError', fault: 'unavailable' });
    await first.close();
    servers.push(await startServer({ data: data(), port: 0, log: false }));
  });

  it('is free again when the address was not', async () => {
    const other = await start();
    await expect(startServer({ data: data(), port: other.port, log: false })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    servers.push(await startServer({ data: data(), port: 0, log: false }));
  });

  it('with an account that cannot be read is refused', async () => {
    await (await startServer({ data: data(), port: 0, log: false })).close();
    await writeFile(join(data(), 'account.json'), '{"accessKeyId": 7}');
    await chmod(join(data(), 'account.json'), 0o600);
    await expect(startServer({ data: data(), port: 0, log: false })).rejects.toThrow(/does not hold an account/);
    expect(await readFile(join(data(), 'account.json'), 'utf8')).toBe('{"accessKeyId": 7}');
  });
});

describe('the log', () => {
  it('has one line a request, and never a secret, a signature or a query', async () => {
    const lines: string[] = [];
    const test = await startTestServer({ buckets: ['bkt'], log: { write: (line: string) => void lines.push(line) } });
    servers.push(test.server);
    await test.send({ method: 'PUT', bucket: 'bkt', key: 'k', body: 'hello' });
    const got = await test.send({ bucket: 'bkt', key: 'k', presignSeconds: 60, query: { 'response-content-type': 'text/private' } });
    await test.send({ bucket: 'bkt', key: 'none', sign: 'V1', presignSeconds: 60 });
    await test.send({ bucket: 'bkt', key: 'k', sign: 'none' });
    await test.send({ bucket: 'bkt', key: 'k', credentials: { accessKeyId: 'ak', accessKeySecret: 'wrong' } });
    const entries = lines.map((line): Record<string, unknown> => JSON.parse(line));
    expect(entries.map(({ operation, status, code, principal }) => [operation, status, code, principal])).toEqual([
      ['PutObject', 200, undefined, 'ak'],
      ['GetObject', 200, undefined, 'ak'],
      ['GetObject', 404, 'NoSuchKey', 'ak'],
      ['GetObject', 403, 'AccessDenied', 'anonymous'],
      ['GetObject', 403, 'SignatureDoesNotMatch', undefined],
    ]);
    expect(entries[0]).toMatchObject({ bucket: 'bkt', key: 'k', bytesIn: 5, bytesOut: 0, level: 30 });
    expect(entries[1]).toMatchObject({ id: got.header('x-oss-request-id'), bytesIn: 0, bytesOut: 5, ms: 0 });
    const all = lines.join('');
    for (const secret of ['"sk"', 'Signature=', 'OSS4-HMAC', 'Expires', 'private', 'Authorization', 'StringToSign']) {
      expect(all).not.toContain(secret);
    }
  });

  it('tells when an answer was cut', async () => {
    const lines: string[] = [];
    const test = await startTestServer({ buckets: ['bkt'], log: { write: (line: string) => void lines.push(line) } });
    servers.push(test.server);
    await test.send({ method: 'PUT', bucket: 'bkt', key: 'k', body: new Uint8Array(3_000_000) });
    const response = await test.server.handle(rawRequestOf({ bucket: 'bkt', key: 'k' }, test.clock.nowMs));
    const body = response.body[Symbol.asyncIterator]();
    await body.next();
    await body.return?.();
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ operation: 'GetObject', status: 200, cut: true });
    const dropped = await test.server.handle(rawRequestOf({ bucket: 'bkt', key: 'k' }, test.clock.nowMs));
    await dropped.body[Symbol.asyncIterator]().return?.();
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ bytesOut: 0, cut: true });
  });
});

/** Of a key that was made for this test and is used nowhere else. */
const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUBH56HXTrE4DNZHD
0ChWvCEoqyT95zpujbcgqgyxKO+hRANCAAS6uBGtZOJuU8KKu/ijwDEDY2FkF4gH
E1HNgkY487rjY6eFGsjPtMv2zHPFq71EGeOCj331uoAKGo7alTJK888C
-----END PRIVATE KEY-----
`;

const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUY/UH7dnGa2Mkvwj37kH90024gp0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjAwMjMyMVoYDzIxMjYxMDI5
MDAyMzIxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS6uBGtZOJuU8KKu/ijwDEDY2FkF4gHE1HNgkY487rjY6eFGsjPtMv2
zHPFq71EGeOCj331uoAKGo7alTJK888Co28wbTAdBgNVHQ4EFgQUd6xQUPANvbZa
l6qbh1jgk0jvxCMwHwYDVR0jBBgwFoAUd6xQUPANvbZal6qbh1jgk0jvxCMwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgDOiTO5j4uGEUJjZJvcP2GrjinJcLQc2u8eGI78KWR2ECIHi9
K7HsytpM/WKRjEcTuBar4AFRPEvijTTJI9Rk0pVI
-----END CERTIFICATE-----
`;
