/** What is done to objects of the archive classes and to appendable ones in place: restored, put to sleep again, sealed. */
import { count, integer, text } from '../codec.ts';
import { restoreTier } from '../codec-object.ts';
import { limits } from '../limits.ts';
import { bucketName, element, header, objectKey, operation, optional, query, required, within, xml } from '../operation.ts';
import { payer, version, versionFact, xmlBodyFacts } from './member-sets.ts';
import { objectAction } from './permissions.ts';

const restoreFacts = {
  /** Objects of the two cold classes: with which priority they are restored. */
  objectRestorePriority: header('x-oss-object-restore-priority', text),
  /** Where the request named a version: that one. */
  ...versionFact,
};

/**
 * Makes an object of an archive class readable for some days: 202 where that begins, 200 where it is readable already, which prolongs it (OSS:
 * RestoreObject).
 */
export const restoreObject = operation({
  name: 'RestoreObject',
  method: 'POST',
  level: 'object',
  marks: { query: ['restore'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    ...version,
    ...payer,
    ...xmlBodyFacts,
    /** How long it stays readable: 1 to 7 days in Archive, 1 to 365 in the colder classes; 1 without it. */
    days: xml(optional(element('Days', integer(1, limits.restoreMaxDays)))),
    /** The priority, for the colder classes alone: `Expedited`, `Standard` (the default), or `Bulk`, which DeepColdArchive does not have. */
    tier: xml(optional(within('JobParameters', element('Tier', restoreTier)))),
  },
  requestRoot: 'RestoreRequest',
  requestBody: 'optional',
  results: { 200: { members: restoreFacts }, 202: { members: restoreFacts } },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'InvalidArgument',
    'MalformedXML',
    'InvalidDigest',
    'NoSuchKey',
    'NoSuchVersion',
    'MethodNotAllowed',
    'OperationNotSupported',
    'RestoreAlreadyInProgress',
  ],
  permissions: (request) => [objectAction('Restore', request)],
  // Sent again, it may find what it began itself: RestoreAlreadyInProgress is no failure of the first.
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Ends the restored state of an object before its time (OSS: CleanRestoredObject). */
export const cleanRestoredObject = operation({
  name: 'CleanRestoredObject',
  method: 'POST',
  level: 'object',
  marks: { query: ['cleanRestoredObject'] },
  request: { bucket: bucketName, key: objectKey, ...version, ...payer },
  results: { 200: { members: {} } },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'InvalidArgument',
    'NoSuchKey',
    'NoSuchVersion',
    'MethodNotAllowed',
    'OperationNotSupported',
    'ArchiveRestoreNotFinished',
  ],
  permissions: ({ bucket, key }) => [{ action: 'oss:CleanRestoredObject', bucket, key }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Ends an appendable object: nothing can be appended to it any more (OSS: SealAppendObject). Sealing it again changes nothing. */
export const sealAppendObject = operation({
  name: 'SealAppendObject',
  method: 'POST',
  level: 'object',
  marks: { query: ['seal'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    /** The object's length in bytes; another one is 409 PositionNotEqualToLength. */
    position: required(query('position', count)),
    ...payer,
  },
  results: {
    200: {
      members: {
        /** When the object was sealed first: RFC 1123. */
        sealedTime: header('x-oss-sealed-time', text),
        ...versionFact,
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidArgument', 'NoSuchKey', 'AppendSealedObjectNotAllowed', 'PositionNotEqualToLength'],
  permissions: ({ bucket, key }) => [{ action: 'oss:SealAppendObject', bucket, key }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
