/** Retention and legal hold of single objects (OSS: ObjectWorm). */
import { choice, known } from '../codec.ts';
import { defaultRetentionDays, defaultRetentionYears, legalHoldStatus, retainUntilDate, retentionMode } from '../codec-retention.ts';
import { limits } from '../limits.ts';
import { bucketName, element, judged, Malformed, objectKey, operation, optional, orEmpty, struct, xml } from '../operation.ts';
import { bypassGovernance, payer, version, xmlBodyFacts } from './member-sets.ts';
import { bucketAction, bypassAction } from './permissions.ts';

const wormRule = optional(
  struct('Rule', {
    /** What new objects get that name no retention of their own. */
    defaultRetention: optional(
      struct('DefaultRetention', {
        /** `COMPLIANCE` or `GOVERNANCE`. */
        mode: element('Mode', retentionMode),
        /** 1 to 36500; either days or years. */
        days: optional(element('Days', defaultRetentionDays)),
        /** 1 to 100; either days or years. */
        years: optional(element('Years', defaultRetentionYears)),
      }),
    ),
  }),
);

interface WormRule {
  readonly defaultRetention?: { readonly days?: number | undefined; readonly years?: number | undefined } | undefined;
}

function judgeRule({ defaultRetention }: WormRule): void {
  if (defaultRetention === undefined || (defaultRetention.days === undefined) !== (defaultRetention.years === undefined)) return;
  throw new Malformed('A default retention has either Days or Years.', { code: 'MalformedXML' });
}

/** Lets a bucket with versions protect single objects, for good; changes its default retention (OSS: PutBucketObjectWormConfiguration). */
export const putBucketObjectWormConfiguration = operation({
  name: 'PutBucketObjectWormConfiguration',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['objectWorm'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    /** `Enabled`: it cannot be switched off again. */
    objectWormEnabled: xml(element('ObjectWormEnabled', choice(['Enabled']))),
    /** Without it new objects are not protected by themselves. */
    rule: judged(xml(wormRule), judgeRule),
  },
  requestRoot: 'ObjectWormConfiguration',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'MalformedXML', 'InvalidDigest', 'InvalidArgument', 'InvalidBucketState'],
  permissions: (request) => bucketAction('oss:PutBucketObjectWormConfiguration', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Whether a bucket protects single objects, and by default how (OSS: GetBucketObjectWormConfiguration). */
export const getBucketObjectWormConfiguration = operation({
  name: 'GetBucketObjectWormConfiguration',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['objectWorm'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'ObjectWormConfiguration',
      members: {
        /** `Enabled`. */
        objectWormEnabled: xml(element('ObjectWormEnabled', known('Enabled'))),
        /** Absent where there is no default retention. */
        rule: xml(wormRule),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'ObjectWormConfigurationNotFound'],
  permissions: (request) => bucketAction('oss:GetBucketObjectWormConfiguration', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Protects a version until a date, or changes that (OSS: PutObjectRetention). */
export const putObjectRetention = operation({
  name: 'PutObjectRetention',
  method: 'PUT',
  level: 'object',
  marks: { query: ['retention'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    ...version,
    ...bypassGovernance,
    ...payer,
    ...xmlBodyFacts,
    /** `COMPLIANCE`: it can only be extended; `GOVERNANCE`: those who may bypass it may end it. Without mode and date the retention is taken away. */
    mode: xml(orEmpty(element('Mode', retentionMode))),
    /** Later than now. */
    retainUntilDate: xml(orEmpty(element('RetainUntilDate', retainUntilDate))),
  },
  requestRoot: 'Retention',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'MalformedXML',
    'InvalidDigest',
    'InvalidArgument',
    'ObjectWormConfigurationNotFound',
    'NoSuchKey',
    'NoSuchVersion',
    'MethodNotAllowed',
    'OperationNotSupported',
    'FileImmutable',
  ],
  permissions: ({ bucket, key, bypassGovernanceRetention }) => [
    { action: 'oss:PutObjectRetention', bucket, key },
    ...bypassAction({ bucket, key, bypassGovernanceRetention }),
  ],
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Until when a version is protected (OSS: GetObjectRetention). */
export const getObjectRetention = operation({
  name: 'GetObjectRetention',
  method: 'GET',
  level: 'object',
  marks: { query: ['retention'] },
  request: { bucket: bucketName, key: objectKey, ...version, ...payer },
  results: {
    200: {
      root: 'Retention',
      members: {
        /** `COMPLIANCE` or `GOVERNANCE`; absent where the version has no retention. */
        mode: xml(orEmpty(element('Mode', known('COMPLIANCE', 'GOVERNANCE')))),
        retainUntilDate: xml(orEmpty(element('RetainUntilDate', retainUntilDate))),
      },
    },
  },
  errors: ['InvalidArgument', 'NoSuchBucket', 'AccessDenied', 'NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed'],
  permissions: ({ bucket, key }) => [{ action: 'oss:GetObjectRetention', bucket, key }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Protects a version until that is taken back, or takes it back (OSS: PutObjectLegalHold). */
export const putObjectLegalHold = operation({
  name: 'PutObjectLegalHold',
  method: 'PUT',
  level: 'object',
  marks: { query: ['legalHold'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    ...version,
    ...payer,
    ...xmlBodyFacts,
    /** `ON` or `OFF`. */
    status: xml(element('Status', legalHoldStatus)),
  },
  requestRoot: 'LegalHold',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'MalformedXML',
    'InvalidDigest',
    'InvalidArgument',
    'ObjectWormConfigurationNotFound',
    'NoSuchKey',
    'NoSuchVersion',
    'MethodNotAllowed',
    'OperationNotSupported',
  ],
  permissions: ({ bucket, key }) => [{ action: 'oss:PutObjectLegalHold', bucket, key }],
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Whether a version is held (OSS: GetObjectLegalHold). */
export const getObjectLegalHold = operation({
  name: 'GetObjectLegalHold',
  method: 'GET',
  level: 'object',
  marks: { query: ['legalHold'] },
  request: { bucket: bucketName, key: objectKey, ...version, ...payer },
  results: {
    200: {
      root: 'LegalHold',
      members: {
        /** `ON`, or `OFF`. */
        status: xml(element('Status', known('ON', 'OFF'))),
      },
    },
  },
  errors: ['InvalidArgument', 'NoSuchBucket', 'AccessDenied', 'NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed'],
  permissions: ({ bucket, key }) => [{ action: 'oss:GetObjectLegalHold', bucket, key }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
