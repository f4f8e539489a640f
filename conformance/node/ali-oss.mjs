// ali-oss, unmodified, against an endpoint: every behaviour, in the order of the imports.
import assert from 'node:assert/strict';
import './objects.mjs';
import './copies.mjs';
import './versions.mjs';
import './protection.mjs';
import './configurations.mjs';
import './permissions.mjs';
import { behaviour, behaviours, destination, loopback, refused, source, versioned } from './setting.mjs';

behaviour('delete bucket', async () => {
  await refused('BucketNotEmpty', 409, () => source.deleteBucket(source.getBucket()));
  for (const client of [source, destination, versioned]) {
    for (;;) {
      const { objects, deleteMarker } = await client.listObjectVersions({ maxKeys: 1000 });
      const entries = [...objects, ...deleteMarker].map(({ name, versionId }) => ({ key: name, versionId }));
      if (entries.length === 0) break;
      await client.deleteMulti(entries, { quiet: true });
    }
    assert.equal((await client.deleteBucket(client.getBucket())).res.status, 204);
  }
  await refused('NoSuchBucket', 404, () => source.getBucketInfo(source.getBucket()));
});

let failed = 0;
for (const [name, run] of behaviours) {
  try {
    await run();
    process.stdout.write(`${JSON.stringify({ behaviour: name, ok: true })}\n`);
  } catch (error) {
    failed++;
    process.stdout.write(`${JSON.stringify({ behaviour: name, ok: false, detail: String(error.stack ?? error).slice(0, 1500) })}\n`);
  }
}
process.stdout.write(`${JSON.stringify({ count: behaviours.length })}\n`);
loopback.destroy();
process.exit(failed === 0 ? 0 : 1);
