import { ServiceError } from '@ossature/protocol';
import type { Bucket } from '@ossature/store';
import { wormOf } from '../bucket-configurations/worm.ts';
import type { ServerConfig } from '../config.ts';

/**
 * The guides of the SDKs say that neither bucket of a copy may have a retention policy. A server that is asked to (`--strict-retention-on-source`) holds to
 * that; by default reading from a protected bucket is no change of it. Asked in the commit's own `decide` of CopyObject and UploadPartCopy.
 */
export function judgeStrictCopy(
  config: Pick<ServerConfig, 'strictRetentionOnSource' | 'clock'>,
  source: Bucket | undefined,
  destination: Bucket | undefined,
): void {
  if (!config.strictRetentionOnSource) return;
  const nowMs = config.clock.now();
  for (const bucket of [source, destination]) {
    if (bucket !== undefined && wormOf(bucket, nowMs) !== undefined) throw new ServiceError('FileImmutable');
  }
}
