// The built server and client on whatever Node runs this: put, copy, part copy, read back, on the embedded store.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@ossature/client';
import { startServer } from '@ossature/server';

const data = mkdtempSync(join(tmpdir(), 'ossature-smoke-'));
const server = await startServer({ data, port: 0, buckets: ['smoke'], log: false });
try {
  const { accessKeyId, accessKeySecret } = server.account;
  const client = createClient({ endpoint: server.endpoint, region: server.region, credentials: { accessKeyId, accessKeySecret } });
  const bytes = new Uint8Array(3 * 1024 * 1024).map((_, i) => (i * 2_654_435_761) >>> 24);
  await client.putObject({ bucket: 'smoke', key: 'a', body: bytes });
  await client.copyObject({ bucket: 'smoke', key: 'b', sourceBucket: 'smoke', sourceKey: 'a' });
  const { uploadId } = await client.initiateMultipartUpload({ bucket: 'smoke', key: 'c' });
  const parts = [];
  for (const [i, sourceRange] of ['bytes=0-1999999', 'bytes=2000000-'].entries()) {
    const part = await client.uploadPartCopy({
      bucket: 'smoke',
      key: 'c',
      uploadId,
      partNumber: i + 1,
      sourceBucket: 'smoke',
      sourceKey: 'a',
      sourceRange,
    });
    parts.push({ partNumber: i + 1, etag: part.etag });
  }
  await client.completeMultipartUpload({ bucket: 'smoke', key: 'c', uploadId, parts });
  for (const key of ['b', 'c']) {
    const { body } = await client.getObject({ bucket: 'smoke', key });
    assert.deepEqual(Buffer.from(await body.bytes()), Buffer.from(bytes));
  }
  await client.close();
  process.stdout.write(`smoke: server and client work on Node ${process.versions.node}\n`);
} finally {
  await server.close();
  rmSync(data, { recursive: true, force: true });
}
