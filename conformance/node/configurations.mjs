// Configurations of buckets: that they are kept, and what they do.
import assert from 'node:assert/strict';
import {
  behaviour,
  clientOf,
  DESTINATION,
  destination,
  fetchUrl,
  loopback,
  OSS_ENDPOINT,
  OSS_VIRTUAL_ENDPOINT,
  refused,
  SOURCE,
  source,
} from './setting.mjs';

const plain = `${OSS_ENDPOINT}/${SOURCE}/plain.bin`;

behaviour('bucket tags', async () => {
  await source.putBucketTags(SOURCE, { team: 'web', stage: 'test' });
  assert.deepEqual((await source.getBucketTags(SOURCE)).tag, { team: 'web', stage: 'test' });
  const { buckets } = await source.listBuckets({ 'tag-key': 'team', 'tag-value': 'web', prefix: SOURCE });
  assert.deepEqual(
    buckets.map(({ name }) => name),
    [SOURCE],
  );
  await source.deleteBucketTags(SOURCE);
  assert.deepEqual((await source.getBucketTags(SOURCE)).tag, {});
});

behaviour('CORS and preflight', async () => {
  await refused('NoSuchCORSConfiguration', 404, () => source.getBucketCORS(SOURCE));
  const rule = {
    allowedOrigin: 'http://www.example.com',
    allowedMethod: ['GET', 'PUT'],
    allowedHeader: 'x-oss-*',
    exposeHeader: 'ETag',
    maxAgeSeconds: '100',
  };
  await source.putBucketCORS(SOURCE, [rule]);
  assert.deepEqual((await source.getBucketCORS(SOURCE)).rules, [rule]);
  const preflight = (origin) =>
    fetchUrl(plain, {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-oss-date' },
    });
  const { status, headers } = await preflight('http://www.example.com');
  assert.deepEqual(
    [status, headers['access-control-allow-origin'], headers['access-control-max-age']],
    [200, 'http://www.example.com', '100'],
  );
  assert.match((await preflight('http://www.example.org')).text, /AccessForbidden/);
  const answer = await fetchUrl(plain, { headers: { Origin: 'http://www.example.com' } });
  assert.deepEqual([answer.status, answer.headers['access-control-allow-origin']], [403, 'http://www.example.com'], 'an error to a page');
  await source.deleteBucketCORS(SOURCE);
  assert.equal((await preflight('http://www.example.com')).status, 403);
});

behaviour('lifecycle', async () => {
  await refused('NoSuchLifecycle', 404, () => source.getBucketLifecycle(SOURCE));
  await source.putBucketLifecycle(SOURCE, [
    {
      id: 'old logs',
      prefix: 'logs/',
      status: 'Enabled',
      expiration: { days: 30 },
      transition: { days: 10, storageClass: 'IA' },
      tag: { key: 'keep', value: 'no' },
    },
    {
      id: 'stale',
      prefix: '',
      status: 'Enabled',
      abortMultipartUpload: { days: 1 },
      noncurrentVersionExpiration: { noncurrentDays: 5 },
      noncurrentVersionTransition: { noncurrentDays: 2, storageClass: 'Archive' },
    },
  ]);
  const [first, second] = (await source.getBucketLifecycle(SOURCE)).rules;
  assert.deepEqual([first.id, first.prefix, first.expiration.days, first.transition.storageClass], ['old logs', 'logs/', '30', 'IA']);
  assert.deepEqual([second.abortMultipartUpload.days, second.noncurrentVersionExpiration.noncurrentDays], ['1', '5']);
  const expiration = async (key) => (await source.head(key)).res.headers['x-oss-expiration'];
  await source.put('logs/1', Buffer.from('l'), { headers: { 'x-oss-tagging': 'keep=no' } });
  assert.match(await expiration('logs/1'), /rule-id="old%20logs"/);
  await source.put('logs/2', Buffer.from('l'));
  assert.equal(await expiration('logs/2'), undefined, 'without the tag');
  await source.deleteBucketLifecycle(SOURCE);
  assert.equal(await expiration('logs/1'), undefined);
});

behaviour('logging', async () => {
  assert.equal((await source.getBucketLogging(SOURCE)).enable, false);
  await source.putBucketLogging(SOURCE, 'access/');
  const { enable, prefix } = await source.getBucketLogging(SOURCE);
  assert.deepEqual([enable, prefix], [true, 'access/']);
  await source.deleteBucketLogging(SOURCE);
  assert.equal((await source.getBucketLogging(SOURCE)).enable, false);
});

behaviour('referer', async () => {
  await source.putBucketReferer(SOURCE, false, ['http://*.example.com', 'http://www.example.net']);
  const { allowEmpty, referers } = await source.getBucketReferer(SOURCE);
  assert.deepEqual([allowEmpty, referers], [false, ['http://*.example.com', 'http://www.example.net']]);
  const url = clientOf(SOURCE, { endpoint: OSS_VIRTUAL_ENDPOINT, agent: loopback }).signatureUrl('plain.bin', { expires: 60 });
  assert.equal((await fetchUrl(url, { headers: { Referer: 'http://www.example.com' } })).status, 200);
  for (const headers of [{ Referer: 'http://www.example.org' }, {}]) {
    assert.match((await fetchUrl(url, { headers })).text, /You are denied by bucket referer policy\./);
  }
  await source.deleteBucketReferer(SOURCE);
  assert.equal((await fetchUrl(url)).status, 200);
});

behaviour('request payment', async () => {
  const payer = async () => (await source.getBucketRequestPayment(SOURCE)).payer;
  assert.equal(await payer(), 'BucketOwner');
  await source.putBucketRequestPayment(SOURCE, 'Requester');
  assert.equal(await payer(), 'Requester');
  const pays = (headers = {}) => ({ headers: { 'x-oss-request-payer': 'requester', ...headers } });
  await source.put('paid', Buffer.from('p'), pays({ 'x-oss-object-acl': 'public-read' }));
  await destination.copy('paid', 'paid', SOURCE, pays());
  const answer = await fetchUrl(`${OSS_ENDPOINT}/${SOURCE}/paid`);
  assert.equal(answer.status, 403, 'nobody pays');
  assert.match(answer.text, /Access denied for requester pay bucket/);
  await source.putBucketRequestPayment(SOURCE, 'BucketOwner');
  assert.equal((await fetchUrl(`${OSS_ENDPOINT}/${SOURCE}/paid`)).status, 200);
});

behaviour('what is not built is refused', async () => {
  const refuse = (headers) => refused('NotImplemented', 400, () => destination.copy('e', 'plain.bin', SOURCE, { headers }));
  await refuse({ 'x-oss-server-side-encryption': 'SM4' });
  await refuse({ 'x-oss-server-side-encryption': 'KMS', 'x-oss-server-side-data-encryption': 'SM4' });
  await refused('NoSuchKey', 404, () => destination.head('e'));
  await refused('NotImplemented', 400, () => source.get('plain.bin', { process: 'image/resize,w_10' }));
  await refused('NotImplemented', 400, () => source.putBucketWebsite(DESTINATION, { index: 'index.html' }));
  await refused('NotImplemented', 400, () => source.listBucketInventory(SOURCE));
});
