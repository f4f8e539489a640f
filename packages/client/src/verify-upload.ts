import { crc64Combine } from '@ossature/protocol';
import { ChecksumError } from './checksum-error.ts';
import type { CallOptions, Fields } from './core.ts';
import type { Plan } from './plan.ts';
import type { SentBytes } from './upload.ts';

/** Throws `ChecksumError` where the service answers another CRC-64 than that of the bytes that were sent. Without one, nothing can be said. */
export function verifyUpload(plan: Plan, result: Fields, sent: SentBytes | undefined, options: CallOptions): void {
  const answered = result['hashCrc64'];
  if (sent === undefined || typeof answered !== 'string') return;
  const expected = expectedChecksum(plan, sent, options);
  if (expected !== undefined && answered !== String(expected)) {
    throw new ChecksumError(`The CRC-64 of what ${plan.definition.name} stored differs`, answered, String(expected));
  }
}

/** AppendObject answers the checksum of the whole object: that of the bytes before has to be known. */
function expectedChecksum(plan: Plan, sent: SentBytes, options: CallOptions): bigint | undefined {
  if (plan.operation !== 'appendObject' || plan.request['position'] === 0) return sent.hashCrc64;
  if (options.precedingHashCrc64 === undefined) return undefined;
  return crc64Combine(BigInt(options.precedingHashCrc64), sent.hashCrc64, sent.lengthBytes);
}
