import { createHash } from 'node:crypto';
import { type Bench, type Benchmark, GiB, KiB, MiB } from '../benchmark.ts';
import { noise, noiseStream } from '../bytes.ts';
import { copyCall } from '../light-client.ts';
import { concurrently, medianOfRounds, percentile } from '../measure.ts';
import { completeCall, initiate } from './multipart.ts';

const sources = [
  { name: '4 KiB', key: 'source-4k', sizeBytes: 4 * KiB },
  { name: '1 MiB', key: 'source-1m', sizeBytes: MiB },
  { name: '1 GiB', key: 'source-1g', sizeBytes: GiB },
] as const;
const parted = { name: '1 GiB of 128 parts', key: 'source-parts' };

/** One copy at a time: the time must not depend on the size. */
export const copyLatency: Benchmark = {
  name: 'copy-latency',
  run: async (bench) => {
    await putSources(bench);
    const medians: number[] = [];
    const figures = [];
    for (const { name, key } of [...sources, parted]) {
      const value = await medianOfRounds(async (round) => {
        const tasks = Array.from({ length: 200 }, (_, i) =>
          bench.client.prepare(copyCall(bench.bucket, `latency/${key}/${round}/${i}`, key)),
        );
        return percentile((await concurrently(tasks, 1)).latenciesMs, 50);
      });
      medians.push(value);
      const limit = {
        name: 'a durable commit and a signed request',
        value: bench.limits.commitP50Ms + bench.limits.requestP50Ms,
        share: 0.5,
      };
      figures.push({ name: `CopyObject ${name}, p50`, value, unit: 'ms' as const, goal: { atMost: 3 }, limit });
    }
    const spread = (medians.at(-1) ?? 0) / (medians[0] ?? 1);
    figures.push({ name: 'CopyObject, 1 GiB of 128 parts over 4 KiB', value: spread, unit: '×' as const, goal: { atMost: 1.3 } });
    return figures;
  },
};

export const copyRate: Benchmark = {
  name: 'copy-rate',
  run: async (bench) => {
    await bench.client.send({ method: 'PUT', bucket: bench.bucket, key: 'small', body: noise(4 * KiB) });
    const count = 6000;
    const value = await medianOfRounds(async (round) => {
      const tasks = Array.from({ length: count }, (_, i) => bench.client.prepare(copyCall(bench.bucket, `rate/${round}/${i}`, 'small')));
      return count / (await concurrently(tasks, 32)).seconds;
    });
    // Both a request and a commit for each: their times add up on the same cores.
    const both = 1 / (1 / bench.limits.requestsPerSecond32 + 1 / bench.limits.commitsPerSecond32);
    const limit = { name: 'signed requests and durable commits of two rows', value: both, share: 0.5 };
    return [{ name: 'CopyObject 4 KiB, concurrency 32', value, unit: '/s', goal: { atLeast: 5000 }, limit }];
  },
};

async function putSources({ client, bucket }: Bench): Promise<void> {
  for (const { key, sizeBytes } of sources) {
    await client.send({ method: 'PUT', bucket, key, body: noiseStream(sizeBytes, 1), contentLength: sizeBytes });
  }
  const uploadId = await initiate(client, bucket, parted.key);
  const etags: string[] = [];
  for (let part = 1; part <= 128; part++) {
    const query = [['partNumber', String(part)] as const, ['uploadId', uploadId] as const];
    const { etag } = await uploadPart(client, bucket, query, part);
    etags.push(etag);
  }
  await client.send(completeCall(bucket, parted.key, uploadId, etags));
}

async function uploadPart(client: Bench['client'], bucket: string, query: readonly (readonly [string, string])[], part: number) {
  const body = noise(8 * MiB);
  new DataView(body.buffer, body.byteOffset).setUint32(0, part);
  await client.send({ method: 'PUT', bucket, key: parted.key, query, body });
  return { etag: createHash('md5').update(body).digest('hex').toUpperCase() };
}
