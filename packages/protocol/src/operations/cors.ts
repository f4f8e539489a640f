/** Which pages of other origins may use a bucket (OSS: CORS), and the question that browsers ask first. */
import { anyCaseBoolean, count, integer, text } from '../codec.ts';
import { presentHeader } from '../codec-cors.ts';
import { judgeCorsRules } from '../cors-rules.ts';
import { limits } from '../limits.ts';
import { bucketName, element, header, judged, many, objectKey, operation, optional, required, struct, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

const rules = many(
  struct('CORSRule', {
    /** `https://example.com`, with at most one `*`, which stands for any text. */
    allowedOrigins: many(element('AllowedOrigin', text)),
    /** `GET`, `PUT`, `DELETE`, `POST` or `HEAD`. */
    allowedMethods: many(element('AllowedMethod', text)),
    /** Headers that a page may send, with at most one `*` each. */
    allowedHeaders: many(element('AllowedHeader', text)),
    /** Headers of the answer that a page may see; no wildcard. */
    exposeHeaders: many(element('ExposeHeader', text)),
    /** How long a browser may remember the answer to its question. */
    maxAgeSeconds: optional(element('MaxAgeSeconds', integer(0, 999_999_999))),
  }),
);

const facts = {
  /** In the order in which they are tried; at most 20. */
  rules: judged(xml(rules), judgeCorsRules),
  /** Whether every answer of the bucket says `Vary: Origin`; `false` without it. */
  responseVary: xml(optional(element('ResponseVary', anyCaseBoolean))),
};

/** Replaces the CORS rules of a bucket (OSS: PutBucketCors). */
export const putBucketCors = operation({
  name: 'PutBucketCors',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['cors'] },
  request: { bucket: bucketName, ...xmlBodyFacts, ...facts },
  requestRoot: 'CORSConfiguration',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'MalformedXML', 'CORSRuleBeyondLimit', 'InvalidArgument'],
  permissions: (request) => bucketAction('oss:PutBucketCors', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.corsXmlMaxBytes,
});

/** The CORS rules of a bucket (OSS: GetBucketCors). */
export const getBucketCors = operation({
  name: 'GetBucketCors',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['cors'] },
  request: { bucket: bucketName },
  results: { 200: { root: 'CORSConfiguration', members: { rules: xml(rules), responseVary: facts.responseVary } } },
  errors: ['NoSuchBucket', 'AccessDenied', 'NoSuchCORSConfiguration'],
  permissions: (request) => bucketAction('oss:GetBucketCors', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Removes the CORS rules of a bucket (OSS: DeleteBucketCors). */
export const deleteBucketCors = operation({
  name: 'DeleteBucketCors',
  method: 'DELETE',
  level: 'bucket',
  marks: { query: ['cors'] },
  request: { bucket: bucketName },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:DeleteBucketCors', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** What a browser asks before it sends a page's request to another origin. */
const question = {
  /** Where the page comes from. */
  origin: required(header('Origin', presentHeader('Insufficient information. Origin request header needed.'))),
  /** The method of the request that is to follow. */
  accessControlRequestMethod: required(
    header(
      'Access-Control-Request-Method',
      presentHeader('Insufficient information. Request Access-Control-Request-Method header needed.'),
    ),
  ),
  /** The headers that it is to have, joined by commas. */
  accessControlRequestHeaders: header('Access-Control-Request-Headers', text),
};

const permit = {
  200: {
    members: {
      /** The origin, or `*` where the rule allows any. */
      accessControlAllowOrigin: header('Access-Control-Allow-Origin', text),
      /** The methods of the rule. */
      accessControlAllowMethods: header('Access-Control-Allow-Methods', text),
      /** The headers that were asked for. */
      accessControlAllowHeaders: header('Access-Control-Allow-Headers', text),
      /** The headers of answers that a page may see. */
      accessControlExposeHeaders: header('Access-Control-Expose-Headers', text),
      /** For how many seconds a browser may remember this. */
      accessControlMaxAge: header('Access-Control-Max-Age', count),
      /** `Origin` where the answer depends on it. */
      vary: header('Vary', text),
    },
  },
};

/** Whether a page of another origin may send a request for an object (OSS: OptionObject). Needs no signature: browsers send none. */
export const optionObject = operation({
  name: 'OptionObject',
  method: 'OPTIONS',
  level: 'object',
  marks: {},
  request: { bucket: bucketName, key: objectKey, ...question },
  results: permit,
  errors: ['NoSuchBucket', 'BadRequest', 'AccessForbidden'],
  permissions: () => [],
  preflight: true,
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** The same question for a request to the bucket itself, such as a list. */
export const optionBucket = operation({
  name: 'OptionBucket',
  method: 'OPTIONS',
  level: 'bucket',
  marks: {},
  request: { bucket: bucketName, ...question },
  results: permit,
  errors: ['NoSuchBucket', 'BadRequest', 'AccessForbidden'],
  permissions: () => [],
  preflight: true,
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
