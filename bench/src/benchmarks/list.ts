import { type Benchmark, GiB, KiB } from '../benchmark.ts';
import { noise, noiseStream } from '../bytes.ts';
import { copyCall } from '../light-client.ts';
import { concurrently, medianOfRounds, percentile } from '../measure.ts';
import { bytesOnDisk } from '../usage.ts';

const objects = Number(process.env['OSSATURE_BENCH_OBJECTS'] ?? 1_000_000);

/** A million objects are made by copying one small one: that is the fastest way there is. */
export const list: Benchmark = {
  name: 'list',
  run: async ({ client, bucket }) => {
    await client.send({ method: 'PUT', bucket, key: 'one', body: noise(KiB) });
    for (let made = 0; made < objects; made += 20_000) {
      const count = Math.min(20_000, objects - made);
      const tasks = Array.from({ length: count }, (_, i) =>
        client.prepare(copyCall(bucket, `list/${String(made + i).padStart(8, '0')}`, 'one')),
      );
      await concurrently(tasks, 64);
    }
    const value = await medianOfRounds(async (round) => {
      const tasks = Array.from({ length: 30 }, (_, i) => {
        const after = `list/${String(Math.floor(((round + 2) * 31 + i) * (objects / 300)) % objects).padStart(8, '0')}`;
        return client.prepare({
          method: 'GET',
          bucket,
          query: [
            ['list-type', '2'],
            ['max-keys', '1000'],
            ['start-after', after],
          ],
        });
      });
      return percentile((await concurrently(tasks, 1)).latenciesMs, 50);
    });
    return [{ name: `ListObjectsV2, 1,000 of ${objects.toLocaleString('en-US')}`, value, unit: 'ms', goal: { atMost: 10 } }];
  },
};

/** What 100 copies of 1 GiB add to the data directory. */
export const disk: Benchmark = {
  name: 'disk',
  run: async ({ client, bucket, server }) => {
    await client.send({ method: 'PUT', bucket, key: 'large', body: noiseStream(GiB, 3), contentLength: GiB });
    const before = bytesOnDisk(server.data);
    for (let i = 0; i < 100; i++) await client.copy(bucket, `copy/${i}`, 'large');
    return [
      { name: 'disk for 100 copies of 1 GiB', value: bytesOnDisk(server.data) - before, unit: 'bytes', goal: { atMost: 16 * 1024 * KiB } },
    ];
  },
};
