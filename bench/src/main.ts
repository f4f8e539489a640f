import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from './benchmark.ts';
import { copyLatency, copyRate } from './benchmarks/copy.ts';
import { copyRules } from './benchmarks/copy-rules.ts';
import { getEncrypted } from './benchmarks/encrypted.ts';
import { disk, list } from './benchmarks/list.ts';
import { memory } from './benchmarks/memory.ts';
import { partCopy } from './benchmarks/part-copy.ts';
import { getLarge, putLarge, putRate } from './benchmarks/transfer.ts';
import { formatValue, type Judged, judge } from './figure.ts';
import { LightClient } from './light-client.ts';
import { type Limits, measureLimits } from './limits.ts';
import { machineFacts } from './machine.ts';
import { startServerProcess } from './server-process.ts';

const benchmarks: readonly Benchmark[] = [
  copyLatency,
  copyRate,
  copyRules,
  partCopy,
  putRate,
  putLarge,
  getLarge,
  getEncrypted,
  disk,
  memory,
  list,
];

/** Each benchmark has a server and a data directory of its own, so that none measures what another left behind. */
async function withServer<T>(
  work: (server: Awaited<ReturnType<typeof startServerProcess>>, client: LightClient, bucket: string) => Promise<T>,
): Promise<T> {
  const server = await startServerProcess(['--quarantine', '1s', '--no-block-public-access']);
  const client = new LightClient(server, 192);
  try {
    await client.putBucket('bench');
    return await work(server, client, 'bench');
  } finally {
    await client.close();
    await server.stop();
  }
}

function printLimits(limits: Limits): void {
  process.stdout.write('limits of this run\n');
  for (const [name, value] of Object.entries(limits)) process.stdout.write(`  ${name.padEnd(24)} ${Number(value).toFixed(2)}\n`);
}

function printFigure(figure: Judged): void {
  const goal =
    figure.goal === undefined ? '' : formatValue('atMost' in figure.goal ? figure.goal.atMost : figure.goal.atLeast, figure.unit);
  const ratio = figure.ratioToGoal === undefined ? '' : `${figure.ratioToGoal.toFixed(2)} of the goal`;
  const limit = figure.ratioToLimit === undefined ? '' : `${Math.round(figure.ratioToLimit * 100)} % of the limit (${figure.limit?.name})`;
  const met = figure.met === undefined ? '' : figure.met ? 'met' : 'MISSED';
  process.stdout.write(
    `${figure.name}\n  ${[formatValue(figure.value, figure.unit), `goal ${goal}`, ratio, limit, met].filter(Boolean).join(' · ')}\n`,
  );
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  process.stderr.write(`no such benchmark: ${unknown.join(', ')}; there are ${benchmarks.map((benchmark) => benchmark.name).join(', ')}\n`);
  process.exit(1);
}
const limits = await withServer((_server, client, bucket) => measureLimits(client, bucket));
printLimits(limits);
const figures: Judged[] = [];
for (const benchmark of benchmarks) {
  if (wanted.length > 0 && !wanted.includes(benchmark.name)) continue;
  const results = await withServer((server, client, bucket) => benchmark.run({ server, client, bucket, limits }));
  for (const figure of results.map(judge)) {
    figures.push(figure);
    printFigure(figure);
  }
}
const folder = fileURLToPath(new URL('../results/', import.meta.url));
mkdirSync(folder, { recursive: true });
const file = `${folder}local-${new Date().toISOString().replace(/[:.]/g, '-')}.json`;
writeFileSync(file, `${JSON.stringify({ date: new Date().toISOString(), machine: machineFacts(), limits, figures }, null, 2)}\n`);
process.stdout.write(`written to ${file}\n`);
