// The main job in half a minute: starts a server on a new directory, puts a real file of about 100 MB into it, copies it in every way, and
// shows what each copy took in bytes on disk and in time. Ends with 0, or with another status and the reason. It leaves nothing behind.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Crc64, createClient } from '@ossature/client';
import { startServer } from '@ossature/server';

const MiB = 1024 * 1024;
const chunkBytes = MiB;
const partBytes = MiB;

const rows = [];

/** The disk space of a directory with everything in it, as `du` counts it. */
async function diskBytes(path) {
  const found = await lstat(path).catch(() => undefined);
  // A file may go while it is being counted.
  if (found === undefined) return 0;
  const below = found.isDirectory() ? await Promise.all((await readdir(path)).map((name) => diskBytes(join(path, name)))) : [];
  return below.reduce((sum, bytes) => sum + bytes, found.blocks * 512);
}

/** Runs a step and notes what it took. */
async function measured(data, what, bytes, step) {
  const before = await diskBytes(data);
  const startedMs = performance.now();
  const result = await step();
  const elapsedMs = performance.now() - startedMs;
  rows.push({ what, bytes, growth: (await diskBytes(data)) - before, elapsedMs });
  return result;
}

/** The running Node itself: a real file that is on every machine. Where it is small, one of 100 MB that is the same everywhere. */
async function bigFile(folder) {
  const { size } = await stat(process.execPath);
  if (size >= 64 * MiB) return { path: process.execPath, size };
  const path = join(folder, 'generated.bin');
  await pipeline(seededChunks(100 * MiB), createWriteStream(path));
  return { path, size: 100 * MiB };
}

/** Bytes that look random and always are the same (xorshift32). */
function* seededChunks(totalBytes) {
  let state = 0x2545f491;
  for (let made = 0; made < totalBytes; made += chunkBytes) {
    const words = new Uint32Array(chunkBytes / 4);
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
    yield new Uint8Array(words.buffer);
  }
}

/** Both digests of a stream of bytes: CRC-64 as the service tells it, SHA-256 because it shares nothing with it. */
async function digestsOf(chunks) {
  const crc = new Crc64();
  const sha256 = createHash('sha256');
  for await (const chunk of chunks) {
    crc.update(chunk);
    sha256.update(chunk);
  }
  return { crc64: String(crc.digest()), sha256: sha256.digest('hex') };
}

/** One line that is written over on a terminal; elsewhere a line at each quarter. */
function progressOf(label, total) {
  let shown = -1;
  return (done) => {
    const percent = Math.floor((done / total) * 100);
    if (process.stdout.isTTY) {
      if (percent === shown) return;
      process.stdout.write(`\r${label} ${'#'.repeat(Math.floor(percent / 4)).padEnd(25, '.')} ${percent} %${done === total ? '\n' : ''}`);
    } else if (Math.floor(percent / 25) !== Math.floor(shown / 25)) {
      console.log(`${label} ${percent} %`);
    }
    shown = percent;
  };
}

/** Copies by parts of 1 MiB, four at a time, all of the state of the source that was seen first. */
async function multipartCopy(client, source, destination) {
  const head = await client.headObject(source);
  const total = head.contentLength;
  const { uploadId } = await client.initiateMultipartUpload(destination);
  const count = Math.ceil(total / partBytes);
  const parts = new Array(count);
  const report = progressOf('  parts', count);
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      const first = index * partBytes;
      const part = await client.uploadPartCopy({
        ...destination,
        uploadId,
        partNumber: index + 1,
        sourceBucket: source.bucket,
        sourceKey: source.key,
        sourceRange: `bytes=${first}-${Math.min(first + partBytes, total) - 1}`,
        ifMatch: head.etag,
      });
      parts[index] = { partNumber: index + 1, etag: part.etag };
      report(++done);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return client.completeMultipartUpload({ ...destination, uploadId, parts });
}

function expect(what, actual, expected) {
  if (actual !== expected) throw new Error(`${what} is ${actual}, and should be ${expected}.`);
}

/** Everything that the service and its bytes say of an object must be what is known of the file. */
async function verify(client, address, file) {
  const head = await client.headObject(address);
  const name = `oss://${address.bucket}/${address.key}`;
  expect(`The size of ${name}`, head.contentLength, file.size);
  expect(`The CRC-64 of ${name}`, head.hashCrc64, file.crc64);
  const downloaded = await digestsOf((await client.getObject(address)).body);
  expect(`The CRC-64 of what was downloaded from ${name}`, downloaded.crc64, file.crc64);
  expect(`The SHA-256 of what was downloaded from ${name}`, downloaded.sha256, file.sha256);
}

async function demonstrate(folder, server, client) {
  const data = join(folder, 'data');
  const big = await bigFile(folder);
  Object.assign(big, await digestsOf(createReadStream(big.path, { highWaterMark: chunkBytes })));
  const text = 'A small object, to be copied as well.\n';
  const small = { size: Buffer.byteLength(text), ...(await digestsOf([Buffer.from(text)])) };
  const original = { bucket: 'demo-source', key: 'big.bin' };
  const note = { bucket: 'demo-source', key: 'small.txt' };
  console.log(`The server is ${server.endpoint}; the file is ${big.path}.`);

  const report = progressOf('  upload', big.size);
  let sent = 0;
  const body = async function* () {
    sent = 0;
    for await (const chunk of createReadStream(big.path, { highWaterMark: chunkBytes })) {
      yield chunk;
      sent += chunk.length;
      report(sent);
    }
  };
  await measured(data, 'upload the file', big.size, () => client.putObject({ ...original, body, contentLength: big.size }));
  await measured(data, 'upload a small object', small.size, () => client.putObject({ ...note, body: text, contentType: 'text/plain' }));

  const copies = [];
  const copy = async (what, source, bytes, destination) => {
    copies.push(destination);
    await measured(data, what, bytes, () => client.copyObject({ ...destination, sourceBucket: source.bucket, sourceKey: source.key }));
  };
  await copy('copy it in its bucket', original, big.size, { bucket: 'demo-source', key: 'copies/big.bin' });
  await copy('copy it to another bucket', original, big.size, { bucket: 'demo-destination', key: 'big.bin' });
  const inParts = { bucket: 'demo-destination', key: 'big-in-parts.bin' };
  copies.push(inParts);
  await measured(data, 'copy it in parts of 1 MiB', big.size, () => multipartCopy(client, original, inParts));
  const smallCopy = { bucket: 'demo-destination', key: 'small.txt' };
  await measured(data, 'copy the small object', small.size, () =>
    client.copyObject({ ...smallCopy, sourceBucket: note.bucket, sourceKey: note.key }),
  );

  await measured(data, 'download and compare all', big.size * copies.length + small.size, async () => {
    for (const address of copies) await verify(client, address, big);
    await verify(client, smallCopy, small);
  });
}

function printTable() {
  const size = (bytes) => (Math.abs(bytes) < 10_000 ? `${bytes} B` : `${(bytes / 1e6).toFixed(bytes < 1e6 ? 3 : 1)} MB`);
  const time = (ms) => (ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`);
  const cells = [
    ['what', 'bytes', 'growth on disk', 'time'],
    ...rows.map((row) => [row.what, size(row.bytes), size(row.growth), time(row.elapsedMs)]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  console.log('');
  for (const row of cells)
    console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('   '));
  console.log('\nEvery copy has the CRC-64 of its source, and its downloaded bytes are those of the file.');
}

async function main() {
  const folder = await mkdtemp(join(tmpdir(), 'ossature-demo-'));
  process.once('SIGINT', () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  });
  try {
    const server = await startServer({ data: join(folder, 'data'), port: 0, buckets: ['demo-source', 'demo-destination'], log: false });
    const client = createClient({ endpoint: server.endpoint, region: server.region, credentials: server.account });
    try {
      await demonstrate(folder, server, client);
    } finally {
      await client.close();
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  printTable();
}

main().catch((error) => {
  console.error(`The demonstration failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
