import { type Bench, type Benchmark, GiB } from '../benchmark.ts';
import { noiseStream } from '../bytes.ts';
import { medianOfRounds, secondsOf } from '../measure.ts';

/** An encrypted read beside a plain one, in the same rounds. */
export const getEncrypted: Benchmark = {
  name: 'get-encrypted',
  run: async (bench) => {
    await put(bench, 'plain', []);
    await put(bench, 'encrypted', [['x-oss-server-side-encryption', 'AES256']]);
    const rates: number[] = [];
    const value = await medianOfRounds(async (round) => {
      const plain = await rate(bench, 'plain');
      const encrypted = await rate(bench, 'encrypted');
      if (round >= 0) rates.push(encrypted);
      return encrypted / plain;
    });
    return [
      { name: 'GET 1 GiB encrypted over plain', value, unit: '×', goal: { atLeast: 0.7 } },
      { name: 'GET 1 GiB encrypted', value: rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0, unit: 'MB/s' },
    ];
  },
};

async function put({ client, bucket }: Bench, key: string, headers: readonly (readonly [string, string])[]): Promise<void> {
  await client.send({ method: 'PUT', bucket, key, headers, body: noiseStream(GiB, 7), contentLength: GiB });
}

async function rate({ client, bucket }: Bench, key: string): Promise<number> {
  const seconds = await secondsOf(async () => {
    const bytes = await client.count({ method: 'GET', bucket, key }, GiB);
    if (bytes < GiB) throw new Error(`read ${bytes} bytes`);
  });
  return GiB / 1e6 / seconds;
}
