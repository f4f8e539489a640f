/** Tags of objects (OSS: object tagging). They do not change an object's time of modification. */
import { text } from '../codec.ts';
import { judgeTags } from '../codec-tagging.ts';
import { limits } from '../limits.ts';
import { bucketName, element, judged, many, objectKey, operation, struct, xml } from '../operation.ts';
import { payer, version, versionFact, xmlBodyFacts } from './member-sets.ts';
import { objectAction } from './permissions.ts';

const tagSet = many(
  struct('Tag', {
    /** 1 to 128 characters: letters, digits, spaces and `+-=._:/`. */
    key: element('Key', text),
    /** Up to 256 characters of the same alphabet; may be empty. */
    value: element('Value', text),
  }),
  'TagSet',
);

/** Replaces all tags of an object (OSS: PutObjectTagging). */
export const putObjectTagging = operation({
  name: 'PutObjectTagging',
  method: 'PUT',
  level: 'object',
  marks: { query: ['tagging'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    ...version,
    ...payer,
    ...xmlBodyFacts,
    /** At most 10, no key twice. */
    tags: judged(xml(tagSet), (tags) => judgeTags(tags, 'body')),
  },
  requestRoot: 'Tagging',
  requestBody: 'required',
  results: { 200: { members: { ...versionFact } } },
  errors: ['MalformedXML', 'InvalidDigest', 'BadRequest', 'InvalidTag', 'InvalidArgument', 'NoSuchBucket', 'NoSuchKey', 'AccessDenied'],
  permissions: (request) => [objectAction('Put', request, 'Tagging')],
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** The tags of an object (OSS: GetObjectTagging). */
export const getObjectTagging = operation({
  name: 'GetObjectTagging',
  method: 'GET',
  level: 'object',
  marks: { query: ['tagging'] },
  request: { bucket: bucketName, key: objectKey, ...version, ...payer },
  results: {
    200: {
      root: 'Tagging',
      members: {
        ...versionFact,
        /** Empty for an object without tags. */
        tags: xml(tagSet),
      },
    },
  },
  errors: ['InvalidArgument', 'NoSuchBucket', 'NoSuchKey', 'AccessDenied'],
  permissions: (request) => [objectAction('Get', request, 'Tagging')],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Removes all tags of an object (OSS: DeleteObjectTagging). */
export const deleteObjectTagging = operation({
  name: 'DeleteObjectTagging',
  method: 'DELETE',
  level: 'object',
  marks: { query: ['tagging'] },
  request: { bucket: bucketName, key: objectKey, ...version, ...payer },
  results: { 204: { members: { ...versionFact } } },
  errors: ['InvalidArgument', 'NoSuchBucket', 'NoSuchKey', 'AccessDenied'],
  permissions: (request) => [objectAction('Delete', request, 'Tagging')],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
