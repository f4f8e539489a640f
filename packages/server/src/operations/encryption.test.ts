import { createClient, createMemoryTransport } from '@ossature/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestRequest, type TestServer, testAccount } from '../sender.test.support.ts';

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer({ buckets: ['bkt'] });
});
afterEach(() => test.server.close());

const rule = (content: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>${content}</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`;
const send = (request: TestRequest) => test.send({ bucket: 'bkt', query: { encryption: undefined }, ...request });
const put = (content: string) => send({ method: 'PUT', body: rule(content) });
const info = async () => (await send({ query: { bucketInfo: undefined } })).text;

async function newKey(): Promise<string> {
  return (await test.server.masterKeys?.createKey())?.id ?? '';
}

describe('the encryption of a bucket', () => {
  it('is none, is set, replaced and taken away', async () => {
    const none = await send({});
    expect([none.status, none.code, none.element('BucketName')]).toEqual([404, 'NoSuchServerSideEncryptionRule', 'bkt']);
    expect(await info()).toContain('<ServerSideEncryptionRule><SSEAlgorithm>None</SSEAlgorithm></ServerSideEncryptionRule>');

    expect((await put('<SSEAlgorithm>AES256</SSEAlgorithm>')).status).toBe(200);
    expect((await send({})).text).toBe(rule('<SSEAlgorithm>AES256</SSEAlgorithm>'));
    expect(await info()).toContain('<ServerSideEncryptionRule><SSEAlgorithm>AES256</SSEAlgorithm></ServerSideEncryptionRule>');

    const id = await newKey();
    const kms = `<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>${id}</KMSMasterKeyID>`;
    expect((await put(`${kms}<KMSDataEncryption></KMSDataEncryption>`)).status).toBe(200);
    expect((await send({})).text).toBe(rule(kms));
    expect(await info()).toContain(`<ServerSideEncryptionRule>${kms}</ServerSideEncryptionRule>`);

    expect((await put('<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID/>')).status).toBe(200);
    expect((await send({})).text).toBe(rule('<SSEAlgorithm>KMS</SSEAlgorithm>'));

    for (let times = 0; times < 2; times++) expect((await send({ method: 'DELETE' })).status).toBe(204);
    expect((await send({})).code).toBe('NoSuchServerSideEncryptionRule');
  });

  it.each([
    ['<SSEAlgorithm>DES</SSEAlgorithm>', 'InvalidEncryptionAlgorithmError', 'The encryption algorithm specified is not valid.'],
    ['<SSEAlgorithm>aes256</SSEAlgorithm>', 'InvalidEncryptionAlgorithmError', 'The encryption algorithm specified is not valid.'],
    ['<SSEAlgorithm></SSEAlgorithm>', 'InvalidEncryptionAlgorithmError', 'The encryption algorithm specified is not valid.'],
    ['<KMSMasterKeyID>k</KMSMasterKeyID>', 'MalformedXML', undefined],
    ['', 'MalformedXML', undefined],
    ['<SSEAlgorithm>SM4</SSEAlgorithm>', 'NotImplemented', undefined],
    ['<SSEAlgorithm>KMS</SSEAlgorithm><KMSDataEncryption>SM4</KMSDataEncryption>', 'NotImplemented', undefined],
    [
      '<SSEAlgorithm>KMS</SSEAlgorithm><KMSDataEncryption>AES256</KMSDataEncryption>',
      'InvalidDataEncryptionAlgorithmError',
      'The KMS Data Encryption request you specified is not valid. Supported value:SM4',
    ],
    [
      '<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>',
      'InvalidArgument',
      'KMSMasterKeyID is not applicable if the default sse algorithm is not KMS.',
    ],
    [
      '<SSEAlgorithm>AES256</SSEAlgorithm><KMSDataEncryption>SM4</KMSDataEncryption>',
      'InvalidArgument',
      'KMSDataEncryption is not applicable if the default sse algorithm is not KMS.',
    ],
    [
      '<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>no key</KMSMasterKeyID>',
      'InvalidParameter',
      'The specified parameter KMS keyId is not valid.',
    ],
  ])('is not %s', async (content, code, message) => {
    await put('<SSEAlgorithm>AES256</SSEAlgorithm>');
    const answer = await put(content);
    expect([answer.status, answer.code]).toEqual([400, code]);
    if (message !== undefined) expect(answer.element('Message')).toBe(message);
    expect((await send({})).text).toContain('AES256');
  });

  it('is not under a key that cannot be used', async () => {
    const id = await newKey();
    const kms = (key: string) => put(`<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>${key}</KMSMasterKeyID>`);
    const unknown = await kms('00000000-0000-4000-8000-000000000000');
    expect([unknown.status, unknown.code]).toEqual([404, 'KeyNotFound']);
    await test.server.masterKeys?.changeKey(id, () => ({ state: 'Disabled' }));
    const disabled = await kms(id);
    expect([disabled.status, disabled.code]).toEqual([409, 'KeyDisabled']);
    await test.server.masterKeys?.changeKey(id, () => ({ state: 'PendingDeletion', deletionMs: test.clock.now() + 1 }));
    const pending = await kms(id);
    expect([pending.status, pending.code]).toEqual([409, 'KeyPendingDeletion']);
    expect((await send({})).code).toBe('NoSuchServerSideEncryptionRule');
  });

  it('is asked of the right request by the right caller', async () => {
    for (const request of [{ method: 'PUT', body: rule('<SSEAlgorithm>AES256</SSEAlgorithm>') }, {}, { method: 'DELETE' }] as const) {
      const anonymous = await send({ ...request, sign: 'none' });
      expect([anonymous.status, anonymous.code]).toEqual([403, 'AccessDenied']);
      const missing = await send({ ...request, bucket: 'none' });
      expect([missing.status, missing.code]).toEqual([404, 'NoSuchBucket']);
    }
    const garbage = await send({ method: 'PUT', body: '<ServerSideEncryptionRule>' });
    expect([garbage.status, garbage.code]).toEqual([400, 'MalformedXML']);
    const md5 = await send({
      method: 'PUT',
      body: rule('<SSEAlgorithm>AES256</SSEAlgorithm>'),
      headers: { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==' },
    });
    expect([md5.status, md5.code]).toEqual([400, 'InvalidDigest']);
    const post = await send({ method: 'POST' });
    expect([post.status, post.header('allow')?.split(', ').toSorted()]).toEqual([405, ['DELETE', 'GET', 'PUT']]);
    expect((await send({})).code).toBe('NoSuchServerSideEncryptionRule');
  });

  it('is what the client takes it for', async () => {
    const client = createClient({
      endpoint: 'http://127.0.0.1',
      region: 'cn-hangzhou',
      credentials: testAccount,
      transport: createMemoryTransport((request) => test.server.handle(request)),
      clock: test.clock,
    });
    const keyId = await newKey();
    const rule = { sseAlgorithm: 'KMS', kmsMasterKeyId: keyId } as const;
    await client.putBucketEncryption({ bucket: 'bkt', applyServerSideEncryptionByDefault: rule });
    expect((await client.getBucketEncryption({ bucket: 'bkt' })).applyServerSideEncryptionByDefault).toEqual(rule);
    const body = new TextEncoder().encode('text');
    const facts = { serverSideEncryption: 'KMS', serverSideEncryptionKeyId: keyId };
    expect(await client.putObject({ bucket: 'bkt', key: 'k', body })).toMatchObject(facts);
    expect(await client.headObject({ bucket: 'bkt', key: 'k' })).toMatchObject(facts);
    const got = await client.getObject({ bucket: 'bkt', key: 'k' });
    expect([got.serverSideEncryptionKeyId, await got.body.text()]).toEqual([keyId, 'text']);
    const own = await client.copyObject({ bucket: 'bkt', key: 'own', sourceBucket: 'bkt', sourceKey: 'k', serverSideEncryption: 'AES256' });
    expect([own.serverSideEncryption, own.serverSideEncryptionKeyId]).toEqual(['AES256', undefined]);
    await client.deleteBucketEncryption({ bucket: 'bkt' });
    await expect(client.getBucketEncryption({ bucket: 'bkt' })).rejects.toMatchObject({ code: 'NoSuchServerSideEncryptionRule' });
    const refused = client.putObject({ bucket: 'bkt', key: 'k', body, serverSideEncryption: 'SM4' });
    await expect(refused).rejects.toMatchObject({ code: 'NotImplemented' });
    await client.close();
  });
});
