import type { Bucket } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';
import { configurationOf, textConfiguration } from './configuration.ts';

/** Who pays for requests: `BucketOwner`, which is also what an absent one means, or `Requester`. */
export const requestPayment = textConfiguration('requestPayment');

/** Whether who asks has to pay: everybody but the owner of the bucket, its users and its roles (OSS: pay-by-requester). */
export function isChargedTo(principal: Principal, bucket: Bucket): boolean {
  const isOfOwner = principal.kind !== 'anonymous' && principal.ownerId === bucket.ownerId;
  return !isOfOwner && configurationOf(bucket, requestPayment) === 'Requester';
}
