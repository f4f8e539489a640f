/** What this machine can do at most, measured in the same run as the figures: the machines are shared, and an absolute figure can be off by much. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdb } from '@ossature/store/adapters';
import { createCRC64 } from 'hash-wasm';
import { noise } from './bytes.ts';
import type { LightClient } from './light-client.ts';
import { concurrently, medianOfRounds, percentile, rounds, secondsOf } from './measure.ts';

export interface Limits {
  /** Commits of two small rows each: what a copy writes. */
  readonly commitP50Ms: number;
  readonly commitsPerSecond32: number;
  /** Commits of a head, a manifest of 4 KiB inline, a holder: what a small put writes. */
  readonly putCommitsPerSecond64: number;
  readonly md5MBs: number;
  readonly crc64MBs: number;
  /** A signed request that reads one row and writes nothing. */
  readonly requestP50Ms: number;
  readonly requestsPerSecond32: number;
}

export async function measureLimits(client: LightClient, bucket: string): Promise<Limits> {
  const requests = (count: number) =>
    Array.from({ length: count }, () => client.prepare({ method: 'GET', bucket, query: [['location', undefined]] }));
  const single: number[] = [];
  const requestsPerSecond32 = await medianOfRounds(async () => {
    const { latenciesMs } = await concurrently(requests(300), 1);
    single.push(percentile(latenciesMs, 50));
    const { seconds } = await concurrently(requests(3000), 32);
    return 3000 / seconds;
  });
  const copies = await commitRates(2, 100, 32);
  const puts = await commitRates(3, 1500, 64);
  return {
    commitP50Ms: copies.p50Ms,
    commitsPerSecond32: copies.perSecond,
    putCommitsPerSecond64: puts.perSecond,
    md5MBs: await hashRate((bytes) => createHash('md5').update(bytes).digest()),
    crc64MBs: await crc64Rate(),
    requestP50Ms: percentile(single.slice(-rounds), 50),
    requestsPerSecond32,
  };
}

/** Durable commits of so many rows of so many bytes, on an empty LMDB. */
async function commitRates(
  rows: number,
  valueBytes: number,
  concurrency: number,
): Promise<{ readonly p50Ms: number; readonly perSecond: number }> {
  const folder = mkdtempSync(join(process.env['OSSATURE_BENCH_DIR'] ?? tmpdir(), 'ossature-bench-'));
  const kv = await openLmdb({ path: join(folder, 'rows') });
  try {
    let id = 0;
    const commit = async () => {
      const base = id++;
      const writes = Array.from({ length: rows }, (_, row) => ({
        key: new TextEncoder().encode(`${row}/bench/${base.toString(36).padStart(10, '0')}`),
        value: new Uint8Array(valueBytes),
      }));
      await kv.commit({ checks: [], writes });
    };
    const p50Ms = await medianOfRounds(async () => {
      const { latenciesMs } = await concurrently(
        Array.from({ length: 200 }, () => commit),
        1,
      );
      return percentile(latenciesMs, 50);
    });
    const perSecond = await medianOfRounds(async () => {
      const { seconds } = await concurrently(
        Array.from({ length: 8000 }, () => commit),
        concurrency,
      );
      return 8000 / seconds;
    });
    return { p50Ms, perSecond };
  } finally {
    await kv.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hashRate(hash: (bytes: Uint8Array) => unknown): Promise<number> {
  const bytes = noise(256 * 1024 * 1024);
  return medianOfRounds(async () => bytes.length / 1e6 / (await secondsOf(async () => hash(bytes))));
}

async function crc64Rate(): Promise<number> {
  const hasher = await createCRC64();
  const chunk = noise(1024 * 1024);
  return medianOfRounds(async () => {
    const seconds = await secondsOf(async () => {
      hasher.init();
      for (let i = 0; i < 128; i++) hasher.update(chunk);
      hasher.digest();
    });
    return (128 * chunk.length) / 1e6 / seconds;
  });
}
