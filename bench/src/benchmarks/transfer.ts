import { type Benchmark, GiB, KiB } from '../benchmark.ts';
import { noise, noiseStream } from '../bytes.ts';
import { concurrently, medianOfRounds, secondsOf } from '../measure.ts';

export const putRate: Benchmark = {
  name: 'put-rate',
  run: async ({ client, bucket, limits }) => {
    const body = noise(4 * KiB);
    const count = 5000;
    const value = await medianOfRounds(async (round) => {
      const tasks = Array.from({ length: count }, (_, i) => client.prepare({ method: 'PUT', bucket, key: `put/${round}/${i}`, body }));
      return count / (await concurrently(tasks, 64)).seconds;
    });
    const both = 1 / (1 / limits.requestsPerSecond32 + 1 / limits.putCommitsPerSecond64);
    const limit = { name: 'signed requests and durable commits of three rows', value: both, share: 0.5 };
    return [{ name: 'PUT 4 KiB, concurrency 64, durable', value, unit: '/s', goal: { atLeast: 4500 }, limit }];
  },
};

export const putLarge: Benchmark = {
  name: 'put-large',
  run: async ({ client, bucket, limits }) => {
    const value = await medianOfRounds(async (round) => {
      const call = { method: 'PUT' as const, bucket, key: 'large', body: noiseStream(GiB, round + 100), contentLength: GiB };
      return GiB / 1e6 / (await secondsOf(() => client.send(call)));
    });
    const limit = { name: 'MD5 of one thread', value: limits.md5MBs, share: 0.7 };
    return [{ name: 'PUT 1 GiB, one stream', value, unit: 'MB/s', goal: { atLeast: 300 }, limit }];
  },
};

export const getLarge: Benchmark = {
  name: 'get-large',
  run: async ({ client, bucket }) => {
    await client.send({ method: 'PUT', bucket, key: 'large', body: noiseStream(GiB, 7), contentLength: GiB });
    const value = await medianOfRounds(async () => {
      const seconds = await secondsOf(async () => {
        const bytes = await client.count({ method: 'GET', bucket, key: 'large' }, GiB);
        if (bytes < GiB) throw new Error(`read ${bytes} bytes`);
      });
      return GiB / 1e6 / seconds;
    });
    return [{ name: 'GET 1 GiB from cache, verified', value, unit: 'MB/s', goal: { atLeast: 1200 } }];
  },
};
