import type { Permission } from '@ossature/protocol';
import type { Bucket, ObjectAcl, StoredObject } from '@ossature/store';
import { describe, expect, it } from 'vitest';
import { anonymous, type Principal } from '../auth/principal.ts';
import { judgeAccess } from './judge.ts';

const owner: Principal = { kind: 'account', accessKeyId: 'ak', ownerId: '1', signingRegion: undefined };
const stranger: Principal = { ...owner, ownerId: '2' };

function bucketOf(acl: Bucket['acl']): Bucket {
  return {
    id: 'b',
    name: 'bkt',
    region: 'r',
    ownerId: '1',
    createdMs: 0,
    acl,
    storageClass: 'Standard',
    dataRedundancyType: 'LRS',
    configurations: {},
  };
}

function objectOf(acl: ObjectAcl): StoredObject {
  return {
    key: 'k',
    versionId: 'null',
    contentHeaders: {},
    userMetadata: {},
    tags: [],
    acl,
    storageClass: 'Standard',
    ownerId: '1',
    sizeBytes: 0,
    etag: '',
    hashCrc64: 0n,
    type: 'Normal',
    lastModifiedMs: 0,
    holder: '',
    manifest: '',
  };
}

const permission = (action: Permission['action']): Permission => ({ action, bucket: 'bkt', key: 'k' });
const bucketAcls = ['private', 'public-read', 'public-read-write'] as const;
const objectAcls = ['absent', 'default', 'private', 'public-read', 'public-read-write'] as const;

describe('judgeAccess', () => {
  it('lets the owner do everything', () => {
    for (const action of ['oss:GetObject', 'oss:PutObject', 'oss:PutObjectAcl', 'oss:DeleteBucket', 'oss:ListObjects'] as const) {
      for (const acl of bucketAcls) {
        expect(judgeAccess(owner, permission(action), { bucket: bucketOf(acl), object: objectOf('private') })).toBeUndefined();
      }
    }
    expect(judgeAccess(owner, { action: 'oss:ListBuckets' }, { bucket: undefined, object: undefined })).toBeUndefined();
  });

  /** What ACLs grant to everybody else: rows are the bucket's, columns the object's; r reads, w writes too. */
  const table: Readonly<Record<(typeof bucketAcls)[number], Readonly<Record<(typeof objectAcls)[number], '' | 'r' | 'rw'>>>> = {
    private: { absent: '', default: '', private: '', 'public-read': 'r', 'public-read-write': 'rw' },
    'public-read': { absent: 'r', default: 'r', private: '', 'public-read': 'r', 'public-read-write': 'rw' },
    'public-read-write': { absent: 'rw', default: 'rw', private: '', 'public-read': 'r', 'public-read-write': 'rw' },
  };
  for (const bucketAcl of bucketAcls) {
    for (const objectAcl of objectAcls) {
      it(`grants others "${table[bucketAcl][objectAcl]}" with a ${bucketAcl} bucket and a ${objectAcl} object`, () => {
        const rows = { bucket: bucketOf(bucketAcl), object: objectAcl === 'absent' ? undefined : objectOf(objectAcl) };
        for (const principal of [anonymous, stranger]) {
          const may = (action: Permission['action']) => judgeAccess(principal, permission(action), rows) === undefined;
          const granted = table[bucketAcl][objectAcl];
          for (const action of ['oss:GetObject', 'oss:GetObjectVersion'] as const) expect(may(action)).toBe(granted.includes('r'));
          for (const action of ['oss:PutObject', 'oss:DeleteObject', 'oss:AbortMultipartUpload', 'oss:ListParts'] as const) {
            expect(may(action)).toBe(granted.includes('w'));
          }
          for (const action of ['oss:ListObjects', 'oss:PutObjectAcl', 'oss:GetObjectTagging', 'oss:GetBucketInfo'] as const) {
            expect(may(action)).toBe(false);
          }
        }
      });
    }
  }

  it.each([
    ['oss:GetObject', 'private', 'default', 'You have no right to access this object because of bucket acl.', '0003-00000001'],
    ['oss:GetObject', 'public-read', 'private', 'You do not have read permission on this object.', '0003-00000005'],
    ['oss:PutObject', 'private', 'default', 'Anonymous access is forbidden for this operation.', undefined],
    ['oss:PutObject', 'public-read-write', 'private', 'You do not have write permission on this object.', undefined],
    ['oss:ListObjects', 'public-read', 'default', 'Anonymous user has no right to access this bucket.', undefined],
    ['oss:GetObjectAcl', 'public-read', 'default', 'You do not have read acl permission on this object.', undefined],
    ['oss:PutObjectAcl', 'public-read-write', 'default', 'You do not have write acl permission on this object.', undefined],
    ['oss:DeleteBucket', 'public-read-write', 'default', 'Anonymous access is forbidden for this operation.', undefined],
  ] as const)('refuses %s to anonymous callers in OSS\u2019s words', (action, bucketAcl, objectAcl, message, ec) => {
    const refusal = judgeAccess(anonymous, permission(action), { bucket: bucketOf(bucketAcl), object: objectOf(objectAcl) });
    expect([refusal?.code, refusal?.statusCode, refusal?.message, refusal?.ec]).toEqual(['AccessDenied', 403, message, ec]);
  });

  it('tells a stranger that the bucket is another\u2019s', () => {
    const refusal = judgeAccess(stranger, permission('oss:ListObjects'), { bucket: bucketOf('public-read'), object: undefined });
    expect([refusal?.message, refusal?.ec]).toEqual(['The bucket you access does not belong to you.', '0003-00000905']);
  });
});
