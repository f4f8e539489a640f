/** Which pages may show the objects of a bucket (OSS: hotlink protection). */
import { anyCaseBoolean, boundedText } from '../codec.ts';
import { limits } from '../limits.ts';
import { bucketName, element, many, operation, optional, struct, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

/** Longer than any Referer that a browser sends. */
const referer = boundedText(2048);

const rules = {
  /** Whether a request without a Referer may pass. */
  allowEmptyReferer: xml(element('AllowEmptyReferer', anyCaseBoolean)),
  /** Whether the Referer is compared without its query. Default: true. */
  allowTruncateQueryString: xml(optional(element('AllowTruncateQueryString', anyCaseBoolean))),
  /** Whether the Referer is compared by its scheme and host alone. Default: false. */
  truncatePath: xml(optional(element('TruncatePath', anyCaseBoolean))),
};

const referers = many(element('Referer', referer));

/** Sets the lists of Referers that may pass, and of those that may not (OSS: PutBucketReferer). */
export const putBucketReferer = operation({
  name: 'PutBucketReferer',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['referer'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    ...rules,
    /** What a Referer begins with, `*` and `?` being wildcards. Empty: every Referer may pass. */
    refererList: xml(optional(struct('RefererList', { referers }))),
    /** Refused before the other list is looked at. */
    refererBlacklist: xml(optional(struct('RefererBlacklist', { referers }))),
  },
  requestRoot: 'RefererConfiguration',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'MalformedXML', 'InvalidArgument'],
  permissions: (request) => bucketAction('oss:PutBucketReferer', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** The lists of Referers of a bucket (OSS: GetBucketReferer). */
export const getBucketReferer = operation({
  name: 'GetBucketReferer',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['referer'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'RefererConfiguration',
      members: {
        ...rules,
        refererList: xml(struct('RefererList', { referers })),
        refererBlacklist: xml(optional(struct('RefererBlacklist', { referers }))),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketReferer', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
