// Who may do what: policies of buckets, users and sessions, presigned URLs, forms.
import assert from 'node:assert/strict';
import OSS from 'ali-oss';
import {
  behaviour,
  clientOf,
  DESTINATION,
  fetchUrl,
  isRead,
  KIB,
  loopback,
  OSS_ACCESS_KEY_ID,
  OSS_ENDPOINT,
  OSS_REGION,
  OSS_RUN,
  OSS_VIRTUAL_ENDPOINT,
  refused,
  SOURCE,
  source,
  VERSIONED,
  versioned,
} from './setting.mjs';

const { OSS_RAM_USER_ID, OSS_RAM_KEY_ID, OSS_RAM_KEY_SECRET, OSS_ROLE_ARN } = process.env;
const userKey = { accessKeyId: OSS_RAM_KEY_ID, accessKeySecret: OSS_RAM_KEY_SECRET };

behaviour('bucket policy', async () => {
  const setPolicy = async (Effect, principal, ...Action) => {
    const Resource = [`acs:oss:*:*:${SOURCE}`, `acs:oss:*:*:${SOURCE}/*`];
    const policy = { Version: '1', Statement: [{ Effect, Principal: [principal], Action, Resource }] };
    await source.putBucketPolicy(SOURCE, policy);
    assert.deepEqual((await source.getBucketPolicy(SOURCE)).policy, policy);
  };
  const user = clientOf(SOURCE, userKey);
  const read = () => user.head('plain.bin');
  await refused('AccessDenied', 403, read);
  await setPolicy('Allow', OSS_RAM_USER_ID, 'oss:GetObject');
  assert.equal((await read()).res.headers['content-length'], String(300 * KIB));
  await refused('AccessDenied', 403, () => user.copy('by-user', 'plain.bin', SOURCE));
  await setPolicy('Allow', OSS_RAM_USER_ID, 'oss:GetObject', 'oss:PutObject');
  await user.copy('by-user', 'plain.bin', SOURCE);
  // Tags go with a copy, and have actions of their own.
  await refused('AccessDenied', 403, () => user.copy('by-user', 'tagged', SOURCE));
  await setPolicy('Allow', OSS_RAM_USER_ID, 'oss:GetObject*', 'oss:PutObject*');
  await user.copy('by-user', 'tagged', SOURCE);
  await setPolicy('Deny', OSS_RAM_USER_ID, 'oss:*');
  await refused('AccessDenied', 403, read);
  await setPolicy('Allow', '*', 'oss:GetObject');
  assert.equal((await fetchUrl(`${OSS_ENDPOINT}/${SOURCE}/plain.bin`)).status, 200);
  await refused('InvalidPolicyDocument', 400, () => source.putBucketPolicy(SOURCE, { Version: '2' }));
  await source.deleteBucketPolicy(SOURCE);
  const { status, policy } = await source.getBucketPolicy(SOURCE);
  assert.deepEqual([status, policy], [404, null]);
  assert.equal((await fetchUrl(`${OSS_ENDPOINT}/${SOURCE}/plain.bin`)).status, 403);
});

behaviour('STS: temporary credentials, session policy', async () => {
  const sts = new OSS.STS({ ...userKey, endpoint: OSS_ENDPOINT });
  const assume = async (policy) => {
    const { credentials } = await sts.assumeRole(OSS_ROLE_ARN, policy, 3600, 'conformance');
    assert.match(credentials.AccessKeyId, /^STS\./);
    assert.ok(Date.parse(credentials.Expiration) > Date.now());
    return { accessKeyId: credentials.AccessKeyId, accessKeySecret: credentials.AccessKeySecret, stsToken: credentials.SecurityToken };
  };
  const session = await assume();
  for (const authorizationV4 of [false, true]) {
    await clientOf(SOURCE, { ...session, authorizationV4 }).put('by session', Buffer.from('s'));
    await clientOf(DESTINATION, { ...session, authorizationV4 }).copy('by session', 'by session', SOURCE);
  }
  const url = clientOf(DESTINATION, { ...session, endpoint: OSS_VIRTUAL_ENDPOINT, agent: loopback }).signatureUrl('by session', {
    expires: 60,
  });
  assert.equal((await fetchUrl(url)).text, 's');
  const statement = { Effect: 'Allow', Action: ['oss:PutObject'], Resource: [`acs:oss:*:*:${OSS_RUN}*`] };
  const narrow = clientOf(SOURCE, await assume({ Version: '1', Statement: [statement] }));
  await narrow.put('narrow', Buffer.from('n'));
  await refused('AccessDenied', 403, () => narrow.head('narrow'));
  const denied = await refused('AccessDenied', 403, () => narrow.deleteMulti(['narrow']));
  assert.match(denied.message, /Access denied by authorizer's policy\./);
  await refused('InvalidParameter.PolicyGrammar', 400, () => assume({ Statements: [statement] }));
  await refused('NoPermission', 403, () =>
    new OSS.STS({ accessKeyId: OSS_ACCESS_KEY_ID, accessKeySecret: process.env.OSS_ACCESS_KEY_SECRET, endpoint: OSS_ENDPOINT }).assumeRole(
      OSS_ROLE_ARN,
    ),
  );
  await refused('InvalidSecurityToken', 403, () => clientOf(SOURCE, { ...session, stsToken: 'forged' }).list({}));
});

behaviour('presigned URLs', async () => {
  const of = (bucket) => clientOf(bucket, { endpoint: OSS_VIRTUAL_ENDPOINT, agent: loopback });
  const virtual = of(SOURCE);
  const putUrl = virtual.signatureUrl('signed', { method: 'PUT', 'Content-Type': 'text/signed', expires: 60 });
  assert.equal((await fetchUrl(putUrl, { method: 'PUT', headers: { 'Content-Type': 'text/signed' }, body: 'signed' })).status, 200);
  const overridden = await fetchUrl(virtual.signatureUrl('signed', { expires: 60, response: { 'content-type': 'text/other' } }));
  assert.deepEqual([overridden.status, overridden.headers['content-type'], overridden.text], [200, 'text/other', 'signed']);
  const newer = await virtual.signatureUrlV4('GET', 60, { queries: { 'response-content-type': 'text/other' } }, 'signed');
  assert.deepEqual([(await fetchUrl(newer)).text, (await fetchUrl(newer.replace('/signed?', '/plain.bin?'))).status], ['signed', 403]);
  const first = (await versioned.put('signed', Buffer.from('1'))).res.headers['x-oss-version-id'];
  await versioned.put('signed', Buffer.from('2'));
  const versionUrl = of(VERSIONED).signatureUrl('signed', { expires: 60, subResource: { versionId: first } });
  assert.equal((await fetchUrl(versionUrl)).text, '1');
  assert.equal((await fetchUrl(virtual.signatureUrl('signed', { method: 'DELETE', expires: 60 }), { method: 'DELETE' })).status, 204);
});

async function postForm(fields, key, text) {
  const form = new FormData();
  form.append('key', key);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([text], { type: 'text/plain' }), 'from-disk.txt');
  const answer = await fetch(`${OSS_ENDPOINT}/${SOURCE}/`, { method: 'POST', body: form });
  return { status: answer.status, text: await answer.text() };
}

behaviour('form upload: V1 and V4', async () => {
  const expiration = new Date(Date.now() + 600_000).toISOString();
  const conditions = [{ bucket: SOURCE }, ['starts-with', '$key', 'form/'], ['content-length-range', 1, 100]];
  const now = new Date();
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const v4 = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${OSS_ACCESS_KEY_ID}/${stamp.slice(0, 8)}/${OSS_REGION}/oss/aliyun_v4_request`,
    'x-oss-date': stamp,
  };
  const policy = { expiration, conditions: [...Object.entries(v4).map(([name, value]) => ({ [name]: value })), ...conditions] };
  v4['x-oss-signature'] = source.signPostObjectPolicyV4(policy, now);
  v4.policy = Buffer.from(JSON.stringify(policy)).toString('base64');
  for (const fields of [source.calculatePostSignature({ expiration, conditions }), v4]) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the server fills this in
    assert.equal((await postForm(fields, 'form/${filename}', 'by a browser')).status, 204);
    await isRead(source, 'form/from-disk.txt', 'by a browser');
    assert.equal((await postForm({ ...fields, success_action_status: '200' }, 'form/other', 'x')).status, 200);
    const elsewhere = await postForm(fields, 'elsewhere', 'x');
    assert.equal(elsewhere.status, 403);
    assert.match(elsewhere.text, /Invalid according to Policy: Policy Condition failed: \["starts-with", "\$key", "form\/"\]/);
    assert.match((await postForm(fields, 'form/long', 'x'.repeat(101))).text, /EntityTooLarge/);
  }
});

behaviour('callback', async () => {
  const { OSS_CALLBACK_URL } = process.env;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the server fills these in
  const body = 'bucket=${bucket}&object=${object}&size=${size}&uid=${x:uid}';
  const callbackTo = (url) => ({ callback: { url, body, customValue: { uid: 12345 } } });
  const told = { received: `bucket=${SOURCE}&object=called&size=6&uid=12345` };
  assert.deepEqual((await source.put('called', Buffer.from('called'), callbackTo(OSS_CALLBACK_URL))).data, told);
  await refused('CallbackFailed', 203, () => source.put('called in vain', Buffer.from('x'), callbackTo(`${OSS_CALLBACK_URL}/fail`)));
  await isRead(source, 'called in vain', 'x');
  await refused('NotImplemented', 400, () => source.put('not called', Buffer.from('x'), callbackTo('http://callback.example.com')));
  await refused('NoSuchKey', 404, () => source.head('not called'));
});
