import { describe, expect, it } from 'vitest';
import type { Permission, RequestOf } from '../operation.ts';
import { type Operations, operations } from './index.ts';

const at = { bucket: 'dst-bucket', key: 'dst' } as const;
const from = { sourceBucket: 'src-bucket', sourceKey: 'src' } as const;

/** `oss:PutObject dst-bucket/dst`, with a mark where only a source with tags asks for it. */
function told(permissions: readonly Permission[]): readonly string[] {
  return permissions.map(({ action, bucket, key, onlyWithTags }) => {
    const resource = [bucket, key].filter((part) => part !== undefined).join('/');
    return [action.slice('oss:'.length), resource, onlyWithTags === true ? '(if tagged)' : ''].filter((part) => part !== '').join(' ');
  });
}

describe('a copy', () => {
  const ofCopy = (request: Partial<RequestOf<Operations['copyObject']>>) =>
    told(operations.copyObject.permissions({ ...at, ...from, ...request }));

  it('writes the target first, then reads the source; tags go along where the source has them', () => {
    expect(ofCopy({})).toEqual([
      'PutObject dst-bucket/dst',
      'PutObjectTagging dst-bucket/dst (if tagged)',
      'GetObject src-bucket/src',
      'GetObjectTagging src-bucket/src (if tagged)',
    ]);
    // Tags of the request are ignored where those of the source are taken.
    expect(ofCopy({ taggingDirective: 'Copy', tagging: [{ key: 'a', value: '' }] })).toEqual(ofCopy({}));
  });

  it('sets tags and an ACL of its own', () => {
    expect(ofCopy({ taggingDirective: 'Replace', tagging: [{ key: 'a', value: '' }], acl: 'private' })).toEqual([
      'PutObject dst-bucket/dst',
      'PutObjectTagging dst-bucket/dst',
      'PutObjectAcl dst-bucket/dst',
      'GetObject src-bucket/src',
    ]);
    expect(ofCopy({ taggingDirective: 'Replace' })).toEqual(['PutObject dst-bucket/dst', 'GetObject src-bucket/src']);
  });

  it('reads a version by an action of its own', () => {
    expect(ofCopy({ sourceVersionId: 'null' }).slice(2)).toEqual([
      'GetObjectVersion src-bucket/src',
      'GetObjectVersionTagging src-bucket/src (if tagged)',
    ]);
  });

  it('of a part takes no tags', () => {
    const request = { ...at, ...from, partNumber: 1, uploadId: 'u' };
    expect(told(operations.uploadPartCopy.permissions(request))).toEqual(['PutObject dst-bucket/dst', 'GetObject src-bucket/src']);
  });
});

describe('retention', () => {
  it('is set by a right of its own, and bypassed by another', () => {
    const worm = { objectWormMode: 'GOVERNANCE', objectWormLegalHold: 'ON' } as const;
    expect(told(operations.putObject.permissions({ ...at, ...worm }))).toEqual([
      'PutObject dst-bucket/dst',
      'PutObjectRetention dst-bucket/dst',
      'PutObjectLegalHold dst-bucket/dst',
    ]);
    for (const bypassGovernanceRetention of [true, false]) {
      const bypass = bypassGovernanceRetention ? ['BypassGovernanceRetention dst-bucket/dst'] : [];
      expect(told(operations.deleteObject.permissions({ ...at, versionId: 'v', bypassGovernanceRetention }))).toEqual([
        'DeleteObjectVersion dst-bucket/dst',
        ...bypass,
      ]);
      expect(
        told(operations.deleteMultipleObjects.permissions({ bucket: at.bucket, objects: [{ key: at.key }], bypassGovernanceRetention })),
      ).toEqual(['DeleteObject dst-bucket/dst', ...bypass]);
      expect(told(operations.putObjectRetention.permissions({ ...at, bypassGovernanceRetention }))).toEqual([
        'PutObjectRetention dst-bucket/dst',
        ...bypass,
      ]);
    }
  });
});

describe('other operations', () => {
  it('ask for what they set', () => {
    const tagging = [{ key: 'a', value: '' }];
    expect(told(operations.putObject.permissions(at))).toEqual(['PutObject dst-bucket/dst']);
    for (const operation of [operations.putObject, operations.initiateMultipartUpload] as const) {
      expect(told(operation.permissions({ ...at, tagging, acl: 'default' }))).toEqual([
        'PutObject dst-bucket/dst',
        'PutObjectTagging dst-bucket/dst',
        'PutObjectAcl dst-bucket/dst',
      ]);
    }
    expect(told(operations.completeMultipartUpload.permissions({ ...at, uploadId: 'u', acl: 'private' }))).toEqual([
      'PutObject dst-bucket/dst',
      'PutObjectAcl dst-bucket/dst',
    ]);
  });

  it('tell versions apart', () => {
    expect(told(operations.headObject.permissions(at))).toEqual(['GetObject dst-bucket/dst']);
    expect(told(operations.headObject.permissions({ ...at, versionId: 'null' }))).toEqual(['GetObjectVersion dst-bucket/dst']);
    expect(told(operations.getSymlink.permissions({ ...at, versionId: 'null' }))).toEqual(['GetObjectVersion dst-bucket/dst']);
    expect(told(operations.restoreObject.permissions(at))).toEqual(['RestoreObject dst-bucket/dst']);
    expect(told(operations.restoreObject.permissions({ ...at, versionId: 'null' }))).toEqual(['RestoreObjectVersion dst-bucket/dst']);
    expect(told(operations.putObjectAcl.permissions({ ...at, acl: 'private', versionId: 'null' }))).toEqual([
      'PutObjectVersionAcl dst-bucket/dst',
    ]);
    expect(told(operations.deleteObjectTagging.permissions({ ...at, versionId: 'null' }))).toEqual([
      'DeleteObjectVersionTagging dst-bucket/dst',
    ]);
  });

  it('of a bucket and of the service name no more than that', () => {
    expect(told(operations.listObjectsV2.permissions({ bucket: 'b' }))).toEqual(['ListObjects b']);
    expect(told(operations.listBuckets.permissions({}))).toEqual(['ListBuckets']);
  });

  it('that delete several name each object once the body is known', () => {
    const { permissions, permissionsOfBody } = operations.deleteMultipleObjects;
    const objects = [{ key: 'a' }, { key: 'b', versionId: 'null' }];
    expect(permissionsOfBody).toBe(true);
    expect(told(permissions({ bucket: 'b', objects }))).toEqual(['DeleteObject b/a', 'DeleteObjectVersion b/b']);
    // Before that, there is nothing to ask.
    expect(permissions({ bucket: 'b' } as never)).toEqual([]);
  });
});

it('is answered for a head that could not be decoded in full', () => {
  // A malformed source leaves its fields out: the target must still be judged before the fault is told.
  expect(told(operations.copyObject.permissions(at as never))[0]).toBe('PutObject dst-bucket/dst');
  expect(told(operations.uploadPartCopy.permissions(at as never))[0]).toBe('PutObject dst-bucket/dst');
});
