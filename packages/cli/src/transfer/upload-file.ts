import { type FileHandle, open } from 'node:fs/promises';
import type { Client } from '@ossature/client';
import type { OssUrl } from '../oss-url.ts';
import { multipartTransfer } from './multipart.ts';
import { type PlannedPart, planParts } from './part-plan.ts';
import type { TransferOptions, Transferred } from './transfer-options.ts';

const chunkBytes = 1024 * 1024;

/** Sends a file: in one request up to the threshold, else in parts. A file that changes meanwhile is an error, and no object is made of parts of it. */
export async function uploadFile(
  client: Client,
  path: string,
  destination: OssUrl,
  contentType: string | undefined,
  options: TransferOptions,
): Promise<Transferred> {
  const file = await open(path, 'r');
  try {
    const { size, mtimeMs } = await file.stat();
    options.progress.begin(size);
    const request = { ...destination, contentType };
    const unchanged = async () => {
      const now = await file.stat();
      if (now.size !== size || now.mtimeMs !== mtimeMs) throw new Error(`${path} has changed while it was sent.`);
    };
    if (size <= options.thresholdBytes) {
      const whole = { partNumber: 1, offsetBytes: 0, lengthBytes: size };
      const body = () => readPart(file, whole, options, unchanged);
      const { hashCrc64 } = await client.putObject({ ...request, body, contentLength: size }, { signal: options.signal });
      return { bytes: size, parts: 1, hashCrc64 };
    }
    const transfer = async (uploadId: string, part: PlannedPart, signal: AbortSignal) => {
      const body = () => readPart(file, part, options);
      const contentLength = part.lengthBytes;
      const sent = await client.uploadPart({ ...destination, uploadId, partNumber: part.partNumber, body, contentLength }, { signal });
      return { etag: sent.etag ?? '', hashCrc64: sent.hashCrc64 };
    };
    const parts = planParts(size, options.partBytes);
    // Every part was verified as it was sent: together they are the file.
    return await multipartTransfer(
      client,
      { initiate: request, parts, transfer, expectedHashCrc64: undefined, beforeComplete: unchanged },
      options,
    );
  } finally {
    await file.close();
  }
}

/** `beforeEnd` runs when all has been read and the last of it is not yet sent: what it throws leaves the service without an object. */
async function* readPart(
  file: FileHandle,
  part: PlannedPart,
  { progress }: TransferOptions,
  beforeEnd?: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  while (doneBytes < part.lengthBytes) {
    // A new buffer each time: the transport may still be sending the last one.
    const wanted = Math.min(chunkBytes, part.lengthBytes - doneBytes);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, part.offsetBytes + doneBytes);
    // A file that became shorter: the length that was announced is not reached, which the client refuses.
    if (bytesRead === 0) return;
    doneBytes += bytesRead;
    if (doneBytes === part.lengthBytes) await beforeEnd?.();
    yield buffer.subarray(0, bytesRead);
    progress.report(part.partNumber, doneBytes);
  }
}
