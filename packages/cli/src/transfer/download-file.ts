import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChecksumError, type Client, Crc64, crc64Combine, isTransportError } from '@ossature/client';
import type { ObjectVersion } from './object-version.ts';
import { type PlannedPart, planParts, rangeOf } from './part-plan.ts';
import { runLimited } from './run-limited.ts';
import type { TransferOptions, Transferred } from './transfer-options.ts';

/** How often a part is fetched whose body broke off. */
const attempts = 3;

/**
 * Fetches an object into a file: in one request up to the threshold, else in ranges, all of the same state of the object. The bytes go to a file of
 * another name beside it, which takes the name only when their CRC-64 is right: whoever finds the file finds the object. A file that is replaced
 * hands its permissions on, and a symbolic link stays one.
 */
export async function downloadFile(client: Client, source: ObjectVersion, path: string, options: TransferOptions): Promise<Transferred> {
  const head = await client.headObject(source, { signal: options.signal });
  const bytes = head.contentLength ?? 0;
  options.progress.begin(bytes);
  const whole = { partNumber: 1, offsetBytes: 0, lengthBytes: bytes };
  const parts = bytes <= options.thresholdBytes ? [whole] : planParts(bytes, options.partBytes);
  const final = await realpath(path).catch(() => path);
  const modeBefore = await stat(final).then(
    (found) => found.mode & 0o777,
    () => undefined,
  );
  // A name of its own: made of the file's, it could be too long for the file system where that just fits.
  const temporary = join(dirname(final), `.ossature-${randomBytes(8).toString('hex')}.part`);
  const file = await open(temporary, 'wx', modeBefore ?? 0o666);
  try {
    if (modeBefore !== undefined) await file.chmod(modeBefore);
    const fetchOne = (part: PlannedPart, signal: AbortSignal) =>
      fetchPart(client, source, head.etag, file, part, parts.length, { ...options, signal });
    const checksums = await runLimited(parts, options.parallel, options.signal, fetchOne);
    const actual = parts.reduce((crc, part, index) => crc64Combine(crc, checksums[index] ?? 0n, part.lengthBytes), 0n);
    if (head.hashCrc64 !== undefined && head.hashCrc64 !== String(actual)) {
      throw new ChecksumError('The download has another CRC-64', head.hashCrc64, String(actual));
    }
    await file.sync();
    await file.close();
    await rename(temporary, final);
    return { bytes, parts: parts.length, hashCrc64: String(actual) };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Fetches a part to its place and answers the CRC-64 of its bytes; a body that broke off is asked for again. */
async function fetchPart(
  client: Client,
  source: ObjectVersion,
  etag: string | undefined,
  file: FileHandle,
  part: PlannedPart,
  partCount: number,
  options: TransferOptions,
): Promise<bigint> {
  // Of another state of the object, the ranges would give a mixture.
  const pinned = { ...source, ...(etag === undefined ? {} : { ifMatch: etag }) };
  const request = partCount === 1 ? pinned : { ...pinned, range: rangeOf(part), rangeBehavior: 'standard' };
  for (let attempt = 1; ; attempt++) {
    try {
      const { body } = await client.getObject(request, { signal: options.signal });
      const crc = new Crc64();
      let doneBytes = 0;
      for await (const chunk of body) {
        crc.update(chunk);
        await writeAll(file, chunk, part.offsetBytes + doneBytes);
        doneBytes += chunk.byteLength;
        options.progress.report(part.partNumber, doneBytes);
      }
      if (doneBytes !== part.lengthBytes)
        throw new ChecksumError('A part has another length (bytes)', String(part.lengthBytes), String(doneBytes));
      return crc.digest();
    } catch (error) {
      const broken = error instanceof ChecksumError || (isTransportError(error) && error.kind !== 'aborted');
      if (!broken || attempt === attempts) throw error;
    }
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, offsetBytes: number): Promise<void> {
  for (let at = 0; at < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, at, chunk.byteLength - at, offsetBytes + at);
    at += bytesWritten;
  }
}
