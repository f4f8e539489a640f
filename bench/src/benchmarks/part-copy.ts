import { type Benchmark, GiB, MiB } from '../benchmark.ts';
import { noiseStream } from '../bytes.ts';
import type { LightClient } from '../light-client.ts';
import { concurrently, medianOfRounds, secondsOf } from '../measure.ts';
import { completeCall, initiate } from './multipart.ts';

const partBytes = 64 * MiB;

/** A new source each round for the first time, the same again for the second: its digests are remembered. */
export const partCopy: Benchmark = {
  name: 'part-copy',
  run: async ({ client, bucket, limits }) => {
    const seconds: number[] = [];
    const first = await medianOfRounds(async (round) => {
      const key = `source/${round}`;
      await client.send({ method: 'PUT', bucket, key, body: noiseStream(GiB, round + 10), contentLength: GiB });
      const firstSeconds = await secondsOf(() => copyInParts(client, bucket, key, `first/${round}`));
      seconds.push(await secondsOf(() => copyInParts(client, bucket, key, `second/${round}`)));
      await client.send({ method: 'DELETE', bucket, key });
      return firstSeconds;
    });
    const second = seconds.slice(1).sort((a, b) => a - b)[2] ?? Number.NaN;
    const md5Seconds = GiB / 1e6 / limits.md5MBs;
    return [
      { name: 'UploadPartCopy 1 GiB, 16 parts, concurrency 4, first time', value: first, unit: 's', goal: { atMost: 0.7 * md5Seconds } },
      { name: 'the same, over MD5 of 1 GiB in one thread', value: first / md5Seconds, unit: '×', goal: { atMost: 0.7 } },
      { name: 'UploadPartCopy 1 GiB, second time', value: second * 1000, unit: 'ms', goal: { atMost: 100 } },
    ];
  },
};

async function copyInParts(client: LightClient, bucket: string, source: string, key: string): Promise<void> {
  const uploadId = await initiate(client, bucket, key);
  const etags: string[] = [];
  const tasks = Array.from({ length: GiB / partBytes }, (_, i) => {
    const send = client.prepare({
      method: 'PUT',
      bucket,
      key,
      query: [
        ['partNumber', String(i + 1)],
        ['uploadId', uploadId],
      ],
      headers: [
        ['x-oss-copy-source', `/${bucket}/${source}`],
        ['x-oss-copy-source-range', `bytes=${i * partBytes}-${(i + 1) * partBytes - 1}`],
      ],
    });
    return async () => {
      etags[i] = /<ETag>(?:"|&quot;)?(\w+)/.exec(new TextDecoder().decode(await send()))?.[1] ?? '';
    };
  });
  await concurrently(tasks, 4);
  await client.send(completeCall(bucket, key, uploadId, etags));
}
