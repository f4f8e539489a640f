/** The retention policy of a bucket (OSS: BucketWorm). */
import { known, text } from '../codec.ts';
import { isoDate } from '../codec-dates.ts';
import { wormDays } from '../codec-retention.ts';
import { limits } from '../limits.ts';
import { bucketName, element, header, operation, query, required, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

/**
 * Sets a retention policy: objects can be neither changed nor deleted until so many days after their last modification (OSS: InitiateBucketWorm). It
 * protects at once, and lapses after 24 hours unless it is completed.
 */
export const initiateBucketWorm = operation({
  name: 'InitiateBucketWorm',
  method: 'POST',
  level: 'bucket',
  marks: { query: ['worm'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    /** How long objects are kept: 1 to 25550 days. */
    retentionPeriodInDays: xml(element('RetentionPeriodInDays', wormDays)),
  },
  requestRoot: 'InitiateWormConfiguration',
  requestBody: 'required',
  malformedBodyCode: 'InvalidWORMConfiguration',
  results: {
    200: {
      members: {
        /** What completes or extends the policy: 32 upper-case hex characters. */
        wormId: required(header('x-oss-worm-id', text)),
      },
    },
  },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'InvalidDigest',
    'InvalidWORMConfiguration',
    'InvalidBucketState',
    'WORMConfigurationAlreadyExists',
  ],
  permissions: (request) => bucketAction('oss:InitiateBucketWorm', request),
  retry: 'resolve',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Takes a policy away that is not locked yet (OSS: AbortBucketWorm). */
export const abortBucketWorm = operation({
  name: 'AbortBucketWorm',
  method: 'DELETE',
  level: 'bucket',
  marks: { query: ['worm'] },
  request: { bucket: bucketName },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'NoSuchWORMConfiguration', 'WORMConfigurationLocked'],
  permissions: (request) => bucketAction('oss:AbortBucketWorm', request),
  retry: 'resolve',
  bodyLimitBytes: 0,
});

/** Locks a policy for good: from then on it can only be extended (OSS: CompleteBucketWorm). */
export const completeBucketWorm = operation({
  name: 'CompleteBucketWorm',
  method: 'POST',
  level: 'bucket',
  marks: { query: ['wormId'] },
  request: {
    bucket: bucketName,
    /** As InitiateBucketWorm answered it. */
    wormId: required(query('wormId', text)),
  },
  results: { 200: { members: {} } },
  errors: ['InvalidArgument', 'NoSuchBucket', 'AccessDenied', 'NoSuchWORMConfiguration', 'WORMConfigurationLocked'],
  permissions: (request) => bucketAction('oss:CompleteBucketWorm', request),
  retry: 'resolve',
  bodyLimitBytes: 0,
});

/** Makes the period of a locked policy longer (OSS: ExtendBucketWorm). */
export const extendBucketWorm = operation({
  name: 'ExtendBucketWorm',
  method: 'POST',
  level: 'bucket',
  marks: { query: ['wormExtend', 'wormId'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    /** As InitiateBucketWorm answered it. */
    wormId: required(query('wormId', text)),
    /** The new period, longer than the one that stands: 1 to 25550 days. */
    retentionPeriodInDays: xml(element('RetentionPeriodInDays', wormDays)),
  },
  requestRoot: 'ExtendWormConfiguration',
  requestBody: 'required',
  malformedBodyCode: 'InvalidWORMConfiguration',
  results: { 200: { members: {} } },
  errors: ['InvalidArgument', 'NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'InvalidWORMConfiguration', 'NoSuchWORMConfiguration'],
  permissions: (request) => bucketAction('oss:ExtendBucketWorm', request),
  retry: 'resolve',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** The policy that stands (OSS: GetBucketWorm). */
export const getBucketWorm = operation({
  name: 'GetBucketWorm',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['worm'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'WormConfiguration',
      members: {
        wormId: xml(element('WormId', text)),
        /** `InProgress`: it lapses 24 hours after it was made; `Locked`: for good. */
        state: xml(element('State', known('InProgress', 'Locked'))),
        retentionPeriodInDays: xml(element('RetentionPeriodInDays', wormDays)),
        creationDate: xml(element('CreationDate', isoDate)),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'NoSuchWORMConfiguration'],
  permissions: (request) => bucketAction('oss:GetBucketWorm', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
