/** Documents that are none, and what no document may say: the documented error with its number, and what stood stays (reference: bucket operations; error table). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer({ buckets: ['bkt'] });
});
afterAll(async () => {
  await test.server.close();
});

const bucket = 'bkt';
const put = (name: string, body: string) => test.send({ method: 'PUT', bucket, query: { [name]: undefined }, body });
const notWellFormed = 'The XML you provided was not well-formed or did not validate against our published schema.';
const roots: Readonly<Record<string, string>> = {
  versioning: 'VersioningConfiguration',
  encryption: 'ServerSideEncryptionRule',
  tagging: 'Tagging',
  lifecycle: 'LifecycleConfiguration',
  cors: 'CORSConfiguration',
  logging: 'BucketLoggingStatus',
  referer: 'RefererConfiguration',
  requestPayment: 'RequestPaymentConfiguration',
  publicAccessBlock: 'PublicAccessBlockConfiguration',
  overwriteConfig: 'OverwriteConfiguration',
  objectWorm: 'ObjectWormConfiguration',
};

describe.each(Object.keys(roots))('the document of %s', (name) => {
  const root = roots[name];
  it.each<[title: string, body: string]>([
    ['is no XML', 'versioning'],
    ['has another root', '<Other></Other>'],
    ['is cut short', `<${root}>`],
    ['is empty', ''],
  ])('is MalformedXML where it %s, and nothing changes', async (_, body) => {
    const before = await test.send({ bucket, query: { [name]: undefined } });
    const answer = await put(name, body);
    expect([answer.status, answer.code, answer.element('Message')]).toEqual([400, 'MalformedXML', notWellFormed]);
    expect([answer.element('EC'), answer.header('x-oss-ec')]).toEqual(['0015-00000231', '0015-00000231']);
    expect(answer.element('ErrorDetail')).toBeTruthy();
    const after = await test.send({ bucket, query: { [name]: undefined } });
    expect([after.status, after.code]).toEqual([before.status, before.code]);
  });

  it('must be what Content-MD5 says', async () => {
    const headers = { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==' };
    const answer = await test.send({ method: 'PUT', bucket, query: { [name]: undefined }, body: `<${root}></${root}>`, headers });
    expect([answer.status, answer.code]).toEqual([400, 'InvalidDigest']);
  });

  it('finds a missing bucket first, whoever asks', async () => {
    for (const sign of ['V4', 'none'] as const) {
      const answer = await test.send({ method: 'PUT', bucket: 'nowhere', query: { [name]: undefined }, body: '<Other>', sign });
      expect([answer.status, answer.code, answer.element('EC')]).toEqual([404, 'NoSuchBucket', '0015-00000101']);
    }
  });
});

const expiration = '<Expiration><Days>1</Days></Expiration>';
describe('a document that reads well', () => {
  it.each<[name: string, title: string, inner: string]>([
    ['cors', 'no rule', ''],
    ['cors', 'a rule without an origin', '<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>'],
    ['cors', 'a rule without a method', '<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>'],
    ['lifecycle', 'no rule', ''],
    ['lifecycle', 'a rule without an action', '<Rule><Prefix>a</Prefix><Status>Enabled</Status></Rule>'],
    ['overwriteConfig', 'no rule', ''],
    ['overwriteConfig', 'an action that is none', '<Rule><Action>allow</Action></Rule>'],
    [
      'objectWorm',
      'a default retention without a period',
      '<ObjectWormEnabled>Enabled</ObjectWormEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode></DefaultRetention></Rule>',
    ],
    [
      'objectWorm',
      'a default retention of days and years',
      '<ObjectWormEnabled>Enabled</ObjectWormEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>1</Days><Years>1</Years></DefaultRetention></Rule>',
    ],
    ['encryption', 'no algorithm', '<ApplyServerSideEncryptionByDefault></ApplyServerSideEncryptionByDefault>'],
    ['referer', 'no word on empty Referers', '<RefererList></RefererList>'],
  ])('of %s is MalformedXML with its number where it has %s', async (name, _, inner) => {
    const answer = await put(name, `<${roots[name]}>${inner}</${roots[name]}>`);
    expect([answer.status, answer.code, answer.element('Message'), answer.element('EC')]).toEqual([
      400,
      'MalformedXML',
      notWellFormed,
      '0015-00000231',
    ]);
    expect(answer.element('ErrorDetail')).toBeTruthy();
  });

  it.each<[name: string, inner: string, code: string, message: string, ec?: string]>([
    ['versioning', '<Status>On</Status>', 'InvalidArgument', 'The Versioning element must be specified.'],
    [
      'encryption',
      '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>DES</SSEAlgorithm></ApplyServerSideEncryptionByDefault>',
      'InvalidEncryptionAlgorithmError',
      'The encryption algorithm specified is not valid.',
    ],
    [
      'encryption',
      '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm><KMSDataEncryption>DES</KMSDataEncryption></ApplyServerSideEncryptionByDefault>',
      'InvalidDataEncryptionAlgorithmError',
      'The KMS Data Encryption request you specified is not valid. Supported value:SM4',
    ],
    [
      'encryption',
      '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>',
      'InvalidArgument',
      'KMSMasterKeyID is not applicable if the default sse algorithm is not KMS.',
    ],
    ['tagging', '<TagSet><Tag><Key></Key><Value></Value></Tag></TagSet>', 'InvalidTag', 'The TagKey you have provided is invalid.'],
    [
      'lifecycle',
      `<Rule><Prefix>a</Prefix><Status>Enabled</Status>${expiration}</Rule>`.repeat(2),
      'InvalidRequest',
      'Found same prefix in different rules',
      '0014-00000085',
    ],
    ['requestPayment', '<Payer>Nobody</Payer>', 'InvalidArgument', 'Must be one of BucketOwner, Requester.'],
    ['publicAccessBlock', '<BlockPublicAccess>maybe</BlockPublicAccess>', 'InvalidArgument', 'Must be true or false.'],
    [
      'logging',
      '<LoggingEnabled><TargetBucket>nowhere</TargetBucket></LoggingEnabled>',
      'InvalidTargetBucketForLogging',
      'The target bucket for logging does not exist.',
    ],
    ['cors', '<CORSRule></CORSRule>'.repeat(21), 'CORSRuleBeyondLimit', 'The CORS Rules num is beyond limit.'],
  ])('of %s with %s is %s', async (name, inner, code, message, ec) => {
    const answer = await put(name, `<${roots[name]}>${inner}</${roots[name]}>`);
    expect([answer.status, answer.code, answer.element('Message'), answer.element('EC')]).toEqual([400, code, message, ec]);
  });
});

describe('a document that is too long', () => {
  const spaces = (bytes: number) => ' '.repeat(bytes);
  it.each<[method: 'PUT' | 'POST', name: string, bytes: number, code: string, ec?: string]>([
    ['PUT', 'cors', 16 * 1024 + 1, 'MalformedXML', '0015-00000231'],
    ['PUT', 'tagging', 2 * 1024 * 1024 + 1, 'MalformedXML', '0015-00000231'],
    ['PUT', 'policy', 16 * 1024 + 1, 'InvalidPolicyDocument', '0030-00000001'],
    ['PUT', 'policy', 128 * 1024, 'InvalidPolicyDocument', '0030-00000001'],
    ['PUT', 'policy', 2 * 1024 * 1024 + 1, 'InvalidPolicyDocument'],
    ['POST', 'worm', 2 * 1024 * 1024 + 1, 'InvalidWORMConfiguration'],
  ])('is refused: %s ?%s with %i bytes', async (method, name, bytes, code, ec) => {
    const answer = await test.send({ method, bucket, query: { [name]: undefined }, body: spaces(bytes) });
    expect([answer.status, answer.code, answer.element('EC')]).toEqual([400, code, ec]);
  });
});
