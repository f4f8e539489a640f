// What happens to content and who may change it: encryption, storage classes and restoration, retention, links, headers with rules of their own.
import assert from 'node:assert/strict';
import {
  behaviour,
  clientOf,
  DESTINATION,
  data,
  destination,
  isRead,
  KIB,
  OSS_RUN,
  refused,
  SOURCE,
  source,
  waitUntil,
} from './setting.mjs';

const kmsKey = process.env.OSS_KMS_KEY_ID;
// The SDK changes the headers that it is given: a new record for each call.
const aes = () => ({ 'x-oss-server-side-encryption': 'AES256' });
const kms = (keyId = kmsKey) => ({ 'x-oss-server-side-encryption': 'KMS', 'x-oss-server-side-encryption-key-id': keyId });

async function encryptionOf(client, key) {
  const { headers } = (await client.head(key)).res;
  return [headers['x-oss-server-side-encryption'], headers['x-oss-server-side-encryption-key-id']];
}

behaviour('encryption at rest', async () => {
  const body = data(300 * KIB, 'secret');
  const put = await source.put('secret', body, { headers: aes() });
  assert.equal(put.res.headers['x-oss-server-side-encryption'], 'AES256');
  assert.deepEqual(await encryptionOf(source, 'secret'), ['AES256', undefined]);
  await isRead(source, 'secret', body);
  await isRead(source, 'secret', body.subarray(100_000, 200_001), { headers: { Range: 'bytes=100000-200000' } });
  await source.put('kms', body, { headers: { 'x-oss-server-side-encryption': 'KMS' } });
  assert.equal((await encryptionOf(source, 'kms'))[0], 'KMS', 'under the default master key');
  await source.put('named', body, { headers: kms() });
  assert.deepEqual(await encryptionOf(source, 'named'), ['KMS', kmsKey]);
  await isRead(source, 'named', body);
  const unknown = kms('9468da86-3509-4f8d-a61e-6eab1eac0000');
  await refused('KeyNotFound', 404, () => source.put('x', Buffer.from('x'), { headers: unknown }));
  const algorithm = { 'x-oss-server-side-encryption': 'ROT13' };
  await refused('InvalidEncryptionAlgorithmError', 400, () => source.put('x', Buffer.from('x'), { headers: algorithm }));
  await source.append('secret log', Buffer.from('hello '), { headers: aes() });
  await source.append('secret log', Buffer.from('world'), { position: 6 });
  await isRead(source, 'secret log', 'hello world');
});

behaviour('encryption: default of the bucket', async () => {
  await source.putBucketEncryption(SOURCE, { SSEAlgorithm: 'KMS', KMSMasterKeyID: kmsKey });
  const { encryption } = await source.getBucketEncryption(SOURCE);
  assert.deepEqual([encryption.SSEAlgorithm, encryption.KMSMasterKeyID], ['KMS', kmsKey]);
  await source.put('by default', Buffer.from('d'));
  assert.deepEqual(await encryptionOf(source, 'by default'), ['KMS', kmsKey]);
  await source.put('by header', Buffer.from('d'), { headers: aes() });
  assert.deepEqual(await encryptionOf(source, 'by header'), ['AES256', undefined]);
  await source.deleteBucketEncryption(SOURCE);
  await refused('NoSuchServerSideEncryptionRule', 404, () => source.getBucketEncryption(SOURCE));
});

behaviour('copy: encryption there and back', async () => {
  const plain = (await source.head('plain.bin')).res.headers;
  for (const [key, bucket, sourceKey, headers] of [
    ['there', SOURCE, 'plain.bin', aes()],
    ['other', DESTINATION, 'there', kms()],
    ['back', DESTINATION, 'other', {}],
  ]) {
    const wanted = headers['x-oss-server-side-encryption'];
    const copied = await destination.copy(key, sourceKey, bucket, { headers });
    const facts = (await destination.head(key)).res.headers;
    assert.deepEqual([facts['x-oss-server-side-encryption'], copied.res.headers['x-oss-server-side-encryption']], [wanted, wanted], key);
    assert.deepEqual([copied.data.etag, facts['x-oss-hash-crc64ecma']], [plain.etag, plain['x-oss-hash-crc64ecma']], key);
    await isRead(destination, key, data(300 * KIB));
  }
  const { uploadId } = await destination.initMultipartUpload('mixed', { headers: kms() });
  const parts = [];
  for (const [sourceBucketName, sourceKey] of [
    [SOURCE, 'plain.bin'],
    [DESTINATION, 'there'],
    [DESTINATION, 'other'],
  ]) {
    const { etag } = await destination.uploadPartCopy('mixed', uploadId, parts.length + 1, undefined, { sourceKey, sourceBucketName });
    parts.push({ number: parts.length + 1, etag });
  }
  await destination.completeMultipartUpload('mixed', uploadId, parts);
  assert.deepEqual(await encryptionOf(destination, 'mixed'), ['KMS', kmsKey]);
  await isRead(destination, 'mixed', Buffer.concat([data(300 * KIB), data(300 * KIB), data(300 * KIB)]));
});

behaviour('archive and restore', async () => {
  await source.put('cold', Buffer.from('cold'), { headers: { 'x-oss-storage-class': 'Archive' } });
  await refused('InvalidObjectState', 403, () => source.get('cold'));
  await refused('InvalidObjectState', 403, () => destination.copy('cold', 'cold', SOURCE));
  const restored = async () => (await source.head('cold')).res.headers['x-oss-restore'];
  assert.equal((await source.restore('cold')).res.status, 202);
  await refused('RestoreAlreadyInProgress', 409, () => source.restore('cold'));
  assert.equal(await restored(), 'ongoing-request="true"');
  await waitUntil(async () => (await restored()).startsWith('ongoing-request="false", expiry-date="'), 'the restoration');
  await isRead(source, 'cold', 'cold');
  await destination.copy('cold', 'cold', SOURCE, { headers: { 'x-oss-storage-class': 'Standard' } });
  await isRead(destination, 'cold', 'cold');
  await destination.copy('still cold', 'cold', SOURCE, { headers: { 'x-oss-storage-class': 'ColdArchive' } });
  await refused('InvalidObjectState', 403, () => destination.get('still cold'));
  const listed = (await source.listV2({ prefix: 'cold' })).objects.find(({ name }) => name === 'cold');
  assert.equal(listed.restoreInfo.ongoingRequest, false);
  await source.put('deep', Buffer.from('deep'), { headers: { 'x-oss-storage-class': 'DeepColdArchive' } });
  assert.equal((await source.restore('deep', { type: 'DeepColdArchive', Days: 1 })).res.status, 202);
  await refused('OperationNotSupported', 400, () => source.restore('plain.bin'));
});

behaviour('retention', async () => {
  const name = `${OSS_RUN}-ali-worm`;
  const worm = clientOf(name);
  await worm.putBucket(name);
  await worm.put('before', Buffer.from('before'));
  const state = async () => {
    const { wormId, state: status, days } = await worm.getBucketWorm(name);
    return [wormId, status, days];
  };
  const { wormId } = await worm.initiateBucketWorm(name, '1');
  assert.deepEqual(await state(), [wormId, 'InProgress', '1']);
  await refused('WORMConfigurationAlreadyExists', 409, () => worm.initiateBucketWorm(name, '1'));
  await refused('FileImmutable', 409, () => worm.put('before', Buffer.from('after')));
  await refused('FileImmutable', 409, () => worm.copy('before', 'plain.bin', SOURCE));
  await refused('FileImmutable', 409, () => worm.delete('before'));
  await worm.put('new', Buffer.from('new'));
  await destination.copy('from-worm', 'before', name);
  await worm.abortBucketWorm(name);
  await refused('NoSuchWORMConfiguration', 404, state);
  await worm.put('before', Buffer.from('after'));
  const locked = (await worm.initiateBucketWorm(name, '1')).wormId;
  await worm.completeBucketWorm(name, locked);
  await worm.extendBucketWorm(name, locked, '2');
  assert.deepEqual(await state(), [locked, 'Locked', '2']);
  // The SDK takes every answer to this call for a success.
  assert.equal((await worm.abortBucketWorm(name)).status, 403);
  await refused('FileImmutable', 409, () => worm.put('before', Buffer.from('again')));
});

behaviour('symlinks', async () => {
  await source.putSymlink('link', 'plain.bin', { meta: { of: 'link' } });
  assert.equal((await source.getSymlink('link')).targetName, 'plain.bin');
  const { headers } = (await source.head('link')).res;
  assert.deepEqual([headers['x-oss-object-type'], headers['content-length']], ['Symlink', String(300 * KIB)]);
  await isRead(source, 'link', data(300 * KIB));
  await source.copy('copied link', 'link', SOURCE);
  assert.equal((await source.head('copied link')).res.headers['x-oss-object-type'], 'Symlink', 'a link is copied, not what it points to');
  await refused('InvalidArgument', 400, () => source.copy('x', 'link', SOURCE, { headers: aes() }));
  await source.putSymlink('dangling', 'nothing');
  await refused('SymlinkTargetNotExist', 404, () => source.get('dangling'));
  await source.putSymlink('chain', 'link');
  await refused('InvalidTargetType', 400, () => source.get('chain'));
  await refused('NotSymlink', 400, () => source.getSymlink('plain.bin'));
  await refused('FileAlreadyExists', 409, () => source.putSymlink('link', 'x', { headers: { 'x-oss-forbid-overwrite': 'true' } }));
  await source.put('目标 +%', Buffer.from('named'));
  await source.putSymlink('named link', '目标 +%');
  assert.equal((await source.getSymlink('named link')).targetName, '目标 +%');
  await isRead(source, 'named link', 'named');
});

behaviour('persistent headers', async () => {
  const persistent = (name, value) => ({ 'x-oss-persistent-headers': `${name}:${Buffer.from(value).toString('base64')}` });
  await source.put('persistent', Buffer.from('p'), { headers: persistent('myheader1', 'myvalue1') });
  assert.equal((await source.head('persistent')).res.headers.myheader1, 'myvalue1');
  await destination.copy('persistent', 'persistent', SOURCE);
  assert.equal((await destination.get('persistent')).res.headers.myheader1, 'myvalue1', 'they travel with COPY');
  await destination.copy('persistent', 'persistent', SOURCE, { meta: {}, headers: persistent('other', 'o') });
  const { headers } = (await destination.head('persistent')).res;
  assert.deepEqual([headers.other, headers.myheader1], ['o', undefined]);
});

behaviour('traffic limit', async () => {
  const body = data(100 * KIB, 'slow');
  const limit = () => ({ headers: { 'x-oss-traffic-limit': '819200' } });
  for (const run of [() => source.put('slow', body, limit()), () => isRead(source, 'slow', body, limit())]) {
    const startedMs = performance.now();
    await run();
    const elapsedMs = performance.now() - startedMs;
    assert.ok(elapsedMs > 400 && elapsedMs < 5000, `100 KiB at 100 KiB/s took ${elapsedMs} ms`);
  }
  await destination.copy('slow', 'slow', SOURCE, limit());
  await refused('InvalidArgument', 400, () => source.put('x', body, { headers: { 'x-oss-traffic-limit': '1' } }));
});
