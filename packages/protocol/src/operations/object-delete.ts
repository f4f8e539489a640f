/** Operations that delete objects. */
import { anyCaseBoolean, choice, text } from '../codec.ts';
import { name } from '../codec-names.ts';
import { versionId } from '../codec-object.ts';
import { limits } from '../limits.ts';
import { bucketName, element, header, many, objectKey, operation, optional, struct, xml } from '../operation.ts';
import {
  bypassGovernance,
  encodingType,
  encodingTypeEcho,
  payer,
  refusedConditions,
  version,
  versionFact,
  xmlBodyFacts,
} from './member-sets.ts';
import { bypassAction, objectAction } from './permissions.ts';

const deleteMarker = choice(['true', 'false']);

/** Removes an object; nothing there is no error (OSS: DeleteObject). */
export const deleteObject = operation({
  name: 'DeleteObject',
  method: 'DELETE',
  level: 'object',
  marks: {},
  request: { bucket: bucketName, key: objectKey, ...version, ...bypassGovernance, ...payer, ...refusedConditions },
  results: {
    204: {
      members: {
        ...versionFact,
        /** `true` where a delete marker was made or removed. */
        deleteMarker: header('x-oss-delete-marker', deleteMarker),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidArgument', 'FileImmutable'],
  permissions: (request) => [objectAction('Delete', request), ...bypassAction(request)],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Removes up to 1000 objects; those that are not there count as removed (OSS: DeleteMultipleObjects). */
export const deleteMultipleObjects = operation({
  name: 'DeleteMultipleObjects',
  method: 'POST',
  level: 'bucket',
  marks: { query: ['delete'] },
  request: {
    bucket: bucketName,
    ...encodingType,
    ...xmlBodyFacts,
    ...bypassGovernance,
    ...payer,
    /** `true`: the answer does not list what was deleted. Default: `false`. */
    quiet: xml(optional(element('Quiet', anyCaseBoolean))),
    /** 1 to 1000 objects. Keys are written as they are, also under `encoding-type=url`. */
    objects: xml(
      many(
        struct('Object', {
          key: element('Key', text),
          /** The version to remove for good. In buckets without versions `null` alone. */
          versionId: optional(element('VersionId', versionId)),
        }),
      ),
    ),
  },
  requestRoot: 'Delete',
  requestBody: 'required',
  results: {
    200: {
      root: 'DeleteResult',
      noEmptyRoot: true,
      members: {
        ...encodingTypeEcho,
        /** What was deleted, in the order of the request; absent where the request is quiet, and the body is empty then. */
        deletedObjects: xml(
          optional(
            many(
              struct('Deleted', {
                key: element('Key', name),
                versionId: optional(element('VersionId', text)),
                /** Whether a delete marker was made or removed. */
                deleteMarker: optional(element('DeleteMarker', anyCaseBoolean)),
                deleteMarkerVersionId: optional(element('DeleteMarkerVersionId', text)),
              }),
            ),
          ),
        ),
      },
    },
  },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'InvalidArgument',
    'MissingArgument',
    'MalformedXML',
    'InvalidDigest',
    'InvalidObjectName',
    'FileImmutable',
  ],
  permissions: ({ bucket, objects, bypassGovernanceRetention }) =>
    (objects ?? []).flatMap(({ key, versionId }) => [
      objectAction('Delete', { bucket, key, versionId }),
      ...bypassAction({ bucket, key, bypassGovernanceRetention }),
    ]),
  permissionsOfBody: true,
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});
