import { ChecksumError, type Client, crc64Combine, isServiceError } from '@ossature/client';
import { sameEtag } from '@ossature/protocol';
import type { PlannedPart } from './part-plan.ts';
import { runLimited } from './run-limited.ts';
import type { TransferOptions, Transferred } from './transfer-options.ts';

export interface PartOutcome {
  readonly etag: string;
  readonly hashCrc64: string | undefined;
}

export interface MultipartTask {
  readonly initiate: Parameters<Client['initiateMultipartUpload']>[0];
  readonly parts: readonly PlannedPart[];
  /** Brings one part into the upload. */
  readonly transfer: (uploadId: string, part: PlannedPart, signal: AbortSignal) => Promise<PartOutcome>;
  /** The CRC-64 that the whole must have, where it is known. */
  readonly expectedHashCrc64: string | undefined;
  /** A last look before the object is made; throws where it should not be. */
  readonly beforeComplete?: () => Promise<void>;
}

/** How long an upload that is being initiated may take after an interrupt: without its id nobody could abort it. */
const initiateGraceMs = 2_000;

/** How long the clean-up after a failure may take; it has a limit of its own, since the command's own signal may have ended already. */
const cleanUpTimeoutMs = 10_000;

/**
 * Makes an object of parts. The checksums of the parts are put together and compared before the object is made: what differs never becomes
 * visible. After a failure the upload is aborted.
 */
export async function multipartTransfer(client: Client, task: MultipartTask, options: TransferOptions): Promise<Transferred> {
  const { signal } = options;
  const address = { bucket: task.initiate.bucket, key: task.initiate.key };
  if (signal.aborted) throw signal.reason;
  const { uploadId } = await client.initiateMultipartUpload(task.initiate, { signal: withGrace(signal, initiateGraceMs) });
  try {
    const outcomes = await runLimited(task.parts, options.parallel, signal, (part, partSignal) =>
      task.transfer(uploadId, part, partSignal),
    );
    const known = await withListedChecksums(client, { ...address, uploadId }, outcomes, signal);
    const combined = combinedChecksum(task.parts, known);
    judge('The CRC-64 of the parts together', task.expectedHashCrc64, combined);
    await task.beforeComplete?.();
    const parts = outcomes.map(({ etag }, index) => ({ partNumber: task.parts[index]?.partNumber ?? index + 1, etag }));
    const object = await client.completeMultipartUpload({ ...address, uploadId, parts }, { signal });
    judge('The CRC-64 of the object', combined ?? task.expectedHashCrc64, object.hashCrc64);
    const bytes = task.parts.reduce((sum, part) => sum + part.lengthBytes, 0);
    return { bytes, parts: parts.length, hashCrc64: object.hashCrc64 };
  } catch (error) {
    await abandon(client, { ...address, uploadId }, options);
    throw error;
  }
}

/** OSS does not tell the checksum of a copied part with the copy; its list of parts does. */
async function withListedChecksums(
  client: Client,
  upload: { readonly bucket: string; readonly key: string; readonly uploadId: string },
  outcomes: readonly PartOutcome[],
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  const known = outcomes.map((outcome) => outcome.hashCrc64);
  if (!known.includes(undefined)) return known;
  for await (const part of client.pages.listParts(upload, { signal }).items()) {
    const index = part.partNumber - 1;
    if (sameEtag(outcomes[index]?.etag ?? '', part.etag)) known[index] ??= part.hashCrc64;
  }
  return known;
}

/** Aborts so much later than the signal. */
function withGrace(signal: AbortSignal, graceMs: number): AbortSignal {
  const controller = new AbortController();
  const onAbort = () => setTimeout(() => controller.abort(signal.reason), graceMs).unref();
  signal.addEventListener('abort', onAbort, { once: true });
  return controller.signal;
}

function combinedChecksum(parts: readonly PlannedPart[], checksums: readonly (string | undefined)[]): string | undefined {
  let whole = 0n;
  for (const [index, part] of parts.entries()) {
    const checksum = checksums[index];
    if (checksum === undefined) return undefined;
    whole = crc64Combine(whole, BigInt(checksum), part.lengthBytes);
  }
  return String(whole);
}

function judge(what: string, expected: string | undefined, actual: string | undefined): void {
  if (expected !== undefined && actual !== undefined && expected !== actual) throw new ChecksumError(what, expected, actual);
}

async function abandon(
  client: Client,
  upload: { readonly bucket: string; readonly key: string; readonly uploadId: string },
  options: TransferOptions,
): Promise<void> {
  try {
    await client.abortMultipartUpload(upload, { signal: AbortSignal.timeout(cleanUpTimeoutMs) });
  } catch (error) {
    // Complete may have been carried out in spite of the failure: nothing is left then.
    if (!isServiceError(error, 'NoSuchUpload')) options.onLeftUpload(upload.uploadId, error);
  }
}
