import { connect } from 'node:net';
import { type Benchmark, GiB, MiB } from '../benchmark.ts';
import { noise, noiseStream } from '../bytes.ts';
import type { LightClient } from '../light-client.ts';
import { concurrently } from '../measure.ts';
import { bytesOnDisk, residentBytes } from '../usage.ts';

const streams = 64;
const declaredBytes = GiB;
const sentBytes = 64 * MiB;

/** 64 uploads that declare 64 GiB together, each cut after 64 MiB, and 64 slow downloads: memory stays flat, and the disk comes back. */
export const memory: Benchmark = {
  name: 'memory',
  run: async ({ client, bucket, server }) => {
    await client.send({ method: 'PUT', bucket, key: 'download', body: noiseStream(256 * MiB, 5), contentLength: 256 * MiB });
    await client.send({
      method: 'PUT',
      bucket,
      key: 'download',
      query: [['acl', undefined]],
      headers: [['x-oss-object-acl', 'public-read']],
    });
    const before = bytesOnDisk(server.data);
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, residentBytes(server.pid));
    }, 50);
    const uploads = Array.from({ length: streams }, (_, i) => () => cutUpload(client, bucket, i));
    const downloads = Array.from({ length: streams }, () => () => slowDownload(server.endpoint, bucket));
    await concurrently([...uploads, ...downloads], 2 * streams);
    clearInterval(watch);
    const after = await settled(() => bytesOnDisk(server.data), before + 16 * MiB);
    return [
      {
        name: '64 cut uploads and 64 slow downloads: anonymous and shared memory',
        value: peak,
        unit: 'bytes',
        goal: { atMost: 512 * MiB },
      },
      { name: 'disk left over after them', value: after - before, unit: 'bytes', goal: { atMost: 16 * MiB } },
    ];
  },
};

/** Declares much, sends a part of it, and goes. */
async function cutUpload(client: LightClient, bucket: string, i: number): Promise<void> {
  const chunk = noise(MiB);
  async function* body(): AsyncIterable<Uint8Array> {
    for (let sent = 0; sent < sentBytes; sent += chunk.length) yield chunk;
    throw new Error('cut');
  }
  const call = { method: 'PUT' as const, bucket, key: `cut/${i}`, body: body(), contentLength: declaredBytes };
  await client.send(call).then(
    () => {
      throw new Error('a cut upload succeeded');
    },
    () => undefined,
  );
}

/** Reads 64 KiB at a time with a pause between, for some seconds, over a bare socket that then closes. */
function slowDownload(endpoint: string, bucket: string): Promise<void> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`GET /${bucket}/download HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`));
    let reads = 0;
    socket.on('data', () => {
      socket.pause();
      if (++reads >= 40) socket.destroy();
      else setTimeout(() => socket.resume(), 100);
    });
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}

/** Waits until the value is at most the target, for half a minute at most; answers the last one. */
async function settled(value: () => number, target: number): Promise<number> {
  for (let tries = 0; tries < 60 && value() > target; tries++) await new Promise((resolve) => setTimeout(resolve, 500));
  return value();
}
