import { createHash } from 'node:crypto';
import { type Bench, type Benchmark, KiB } from '../benchmark.ts';
import { noise } from '../bytes.ts';
import type { Call } from '../light-client.ts';
import { concurrently, medianOfRounds, percentile } from '../measure.ts';

const ruled = 'bench-rules';
const copies = 200;

/**
 * What rules cost a copy: a bucket with versions and a policy of 50 statements, a source with 10 tags, beside a plain bucket in the same rounds and with the same keys: once
 * to keys that are new, and once over what stands there, which is a new version on one side and an overwriting on the other.
 */
export const copyRules: Benchmark = {
  name: 'copy-rules',
  run: async (bench) => {
    await bench.client.send({ method: 'PUT', bucket: bench.bucket, key: 'source', body: noise(4 * KiB) });
    await makeRuledBucket(bench);
    const figures = [];
    for (const [where, folder] of [
      ['to new keys', (round: number) => `new/${round}`],
      ['over existing objects', () => 'existing'],
    ] as const) {
      const value = await medianOfRounds(async (round) => {
        const plainMs = await p50(bench, bench.bucket, folder(round));
        return (await p50(bench, ruled, folder(round))) / plainMs;
      });
      figures.push({
        name: `CopyObject with versions, 10 tags and 50 statements, ${where}, p50 over a plain one`,
        value,
        unit: '×' as const,
        goal: { atMost: 1.2 },
      });
    }
    return figures;
  },
};

async function p50({ client }: Bench, bucket: string, folder: string): Promise<number> {
  const tasks = Array.from({ length: copies }, (_, i) =>
    client.prepare({ method: 'PUT', bucket, key: `${folder}/${i}`, headers: [['x-oss-copy-source', `/${bucket}/source`]] }),
  );
  return percentile((await concurrently(tasks, 1)).latenciesMs, 50);
}

async function makeRuledBucket({ client }: Bench): Promise<void> {
  await client.putBucket(ruled);
  await client.send(document('versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'));
  const statements = Array.from({ length: 50 }, (_, i) => ({
    Effect: i % 2 === 0 ? 'Deny' : 'Allow',
    Action: ['oss:GetObject', 'oss:PutObject', 'oss:PutObjectTagging'],
    Principal: ['*'],
    Resource: [`acs:oss:*:*:${ruled}/folder-${i}/*`, `acs:oss:*:*:${ruled}/*`],
    Condition: { IpAddress: { 'acs:SourceIp': [`10.${i}.0.0/16`] }, StringLike: { 'acs:UserAgent': [`agent-${i}*`] } },
  }));
  await client.send(document('policy', JSON.stringify({ Version: '1', Statement: statements })));
  const tagging = Array.from({ length: 10 }, (_, i) => `key${i}=value${i}`).join('&');
  await client.send({ method: 'PUT', bucket: ruled, key: 'source', body: noise(4 * KiB), headers: [['x-oss-tagging', tagging]] });
}

function document(name: string, text: string): Call {
  const body = Buffer.from(text);
  return {
    method: 'PUT',
    bucket: ruled,
    query: [[name, undefined]],
    headers: [['content-md5', createHash('md5').update(body).digest('base64')]],
    body,
  };
}
