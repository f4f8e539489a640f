import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, createMemoryTransport, type PresignPostRequest } from '@ossature/client';
import type { Credentials } from '@ossature/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allow, assume, makeRole, makeUser } from '../rpc/rpc.test.support.ts';
import { type Answer, startTestServer, type TestServer, testAccount } from '../sender.test.support.ts';
import { startServer } from '../start-server.ts';

const bucket = 'bkt';
const key = 'k';
const versions = ['V1', 'V4'] as const;

let test: TestServer;
let receiver: Server;
/** What the receiver of callbacks was sent. */
let told: string[];
beforeEach(async () => {
  told = [];
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    request.on('end', () => {
      told.push(text);
      const answer = request.url === '/bad' ? 'no JSON' : '{"taken":true}';
      response.writeHead(200, { 'Content-Length': String(answer.length), 'Content-Type': 'application/json' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  test = await startTestServer({ buckets: [bucket], callbackAllow: [hostOf(receiver)] });
});
afterEach(async () => {
  await test.server.close();
  await new Promise((resolve) => receiver.close(resolve));
});

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function presigned(
  request: Partial<PresignPostRequest>,
  credentials: Credentials,
  signatureVersion: 'V1' | 'V4' = 'V4',
  endpoint = 'http://127.0.0.1',
) {
  const transport = createMemoryTransport((sent) => test.server.handle(sent));
  const client = createClient({ endpoint, region: 'cn-hangzhou', credentials, transport, clock: test.clock });
  return await client.presignPost({ bucket, key, ...request }, { signatureVersion });
}

function formOf(fields: Readonly<Record<string, string>>, file: string): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([file]), 'a.txt');
  return form;
}

async function post(fields: Readonly<Record<string, string>>, file = 'hello'): Promise<Answer> {
  const encoded = new Response(formOf(fields, file));
  const headers = { 'Content-Type': encoded.headers.get('content-type') ?? '' };
  return await test.send({ method: 'POST', bucket, sign: 'none', body: new Uint8Array(await encoded.arrayBuffer()), headers });
}

describe.each(versions)('the sender of a form of %s', (version) => {
  it('may have temporary credentials, with their token', async () => {
    const { credentials } = await makeUser(test, 'alice', [allow('sts:AssumeRole')]);
    const role = await makeRole(test, 'writer', [allow('oss:PutObject')]);
    const temporary = await assume(test, credentials, role);
    const { fields } = await presigned({}, temporary, version);
    expect((await post(fields)).status).toBe(204);
    const { 'x-oss-security-token': _, ...bare } = fields;
    expect([(await post(bare)).status, (await post(bare)).code]).toEqual([403, 'InvalidAccessKeyId']);
    const altered = await post({ ...fields, 'x-oss-security-token': 'x' });
    expect([altered.status, altered.code]).toEqual([403, 'InvalidSecurityToken']);
    const account = await presigned({}, { ...testAccount, securityToken: temporary.securityToken }, version);
    expect((await post(account.fields)).code).toBe('AccessKeyIdAndSecurityTokenNotMatch');
    test.clock.nowMs += 3_600_000;
    const later = await presigned({}, temporary, version);
    expect((await post(later.fields)).code).toBe('SecurityTokenExpired');
  });

  it('needs the rights of a put', async () => {
    const writer = await makeUser(test, 'writer', [allow('oss:PutObject', `acs:oss:*:*:${bucket}/mine/*`)]);
    const of = async (request: Partial<PresignPostRequest>) => await post((await presigned(request, writer.credentials, version)).fields);
    expect((await of({ key: 'mine/a' })).status).toBe(204);
    expect([(await of({ key: 'a' })).status, (await of({ key: 'a' })).code]).toEqual([403, 'AccessDenied']);
    expect((await of({ key: 'mine/b', acl: 'public-read' })).code).toBe('AccessDenied');
    // What counts is the key that comes out, not the one that the form spells.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what is replaced by the name of the file
    expect((await of({ key: 'mine/${filename}' })).status).toBe(204);
    expect((await test.send({ bucket, key: 'mine/a.txt' })).text).toBe('hello');
  });
});

describe('a callback', () => {
  const callbackOf = (path: string) =>
    Buffer.from(
      JSON.stringify({
        callbackUrl: `http://${hostOf(receiver)}${path}`,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the variables of OSS
        callbackBody: 'o=${object}&s=${size}&op=${operation}&u=${x:uid}',
      }),
    ).toString('base64');

  it('is told of the object, and answers in place of the service', async () => {
    const request = {
      callback: callbackOf('/'),
      callbackVariables: { uid: 'a&b' },
      successActionStatus: '201',
      successActionRedirect: 'http://x.y',
    };
    const answer = await post((await presigned(request, testAccount)).fields);
    expect([answer.status, answer.header('content-type'), answer.text]).toEqual([200, 'application/json', '{"taken":true}']);
    expect(told).toEqual(['o=k&s=5&op=PostObject&u=a%26b']);
  });

  it('that fails leaves the object', async () => {
    const answer = await post((await presigned({ callback: callbackOf('/bad') }, testAccount)).fields);
    expect([answer.status, answer.element('Code')]).toEqual([203, 'CallbackFailed']);
    expect((await test.send({ bucket, key })).text).toBe('hello');
  });

  it('that is malformed is told before anything is written', async () => {
    const answer = await post((await presigned({ callback: 'e30=' }, testAccount)).fields);
    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
    expect((await test.send({ bucket, key })).status).toBe(404);
  });
});

describe('what stands beside the fields', () => {
  const policyOf = (...conditions: readonly unknown[]) => {
    const policy = Buffer.from(JSON.stringify({ expiration: '2030-01-01T00:00:00.000Z', conditions })).toString('base64');
    const signature = createHmac('sha1', testAccount.accessKeySecret).update(policy).digest('base64');
    return { OSSAccessKeyId: testAccount.accessKeyId, policy, Signature: signature };
  };
  const send = async (form: FormData, more: Readonly<Record<string, string>>) => {
    const encoded = new Response(form);
    const headers = { 'Content-Type': encoded.headers.get('content-type') ?? '', ...more };
    return await test.send({ method: 'POST', bucket, sign: 'none', body: new Uint8Array(await encoded.arrayBuffer()), headers });
  };

  it('may not be what the policy excludes: the type of the file, the ACL of the head', async () => {
    const typed = formOf({ key, ...policyOf(['not-in', '$content-type', ['text/html']]) }, '');
    typed.set('file', new Blob(['<script>'], { type: 'text/html' }), 'a.html');
    expect(await send(typed, {})).toMatchObject({ status: 403, code: 'AccessDenied' });
    const open = formOf({ key, ...policyOf(['not-in', '$x-oss-object-acl', ['public-read']]) }, '');
    expect(await send(open, { 'x-oss-object-acl': 'public-read' })).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await test.send({ bucket, key })).status).toBe(404);
    expect((await send(open, { 'x-oss-object-acl': 'private' })).status).toBe(204);
  });

  it('does not make a form one that is signed in its head: the page that sent it is judged', async () => {
    const body =
      '<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer><RefererList><Referer>http://good</Referer></RefererList></RefererConfiguration>';
    await test.send({ method: 'PUT', bucket, query: { referer: '' }, body });
    const form = () => formOf({ key, ...policyOf({ bucket }) }, 'x');
    expect((await send(form(), { Referer: 'http://good/page' })).status).toBe(204);
    for (const more of [{}, { Authorization: 'anything' }] as const) {
      expect(await send(form(), { Referer: 'http://bad/', ...more })).toMatchObject({ status: 403, code: 'AccessDenied' });
    }
  });
});

it('a limit of the traffic shapes the file', async () => {
  const { fields } = await presigned({ trafficLimit: 819_200 }, testAccount);
  expect((await post(fields)).status).toBe(204);
});

describe('through a socket', () => {
  it('a form is taken or refused, and the connection goes on', async () => {
    const server = await startServer({ data: 'memory', port: 0, account: testAccount, log: false, clock: test.clock, buckets: [bucket] });
    try {
      const endpoint = server.endpoint;
      const { url, fields } = await presigned({ key: 'up' }, testAccount, 'V4', endpoint);
      const large = 'x'.repeat(3 * 1024 * 1024);
      const taken = await fetch(url, { method: 'POST', body: formOf(fields, large) });
      expect(taken.status).toBe(204);
      const refused = await fetch(url, { method: 'POST', body: formOf({ ...fields, 'x-oss-signature': 'x' }, 'y'.repeat(300_000)) });
      expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
      const again = await fetch(url, { method: 'POST', body: formOf(fields, 'small') });
      expect(again.status).toBe(204);
    } finally {
      await server.close();
    }
  });
});
