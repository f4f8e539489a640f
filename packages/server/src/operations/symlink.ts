import { type operations, quoteEtag, ServiceError } from '@ossature/protocol';
import type { ObjectAddress, StoredObject, Target } from '@ossature/store';
import { defaultRetention } from '../retention/new-protection.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { judgeReplacement } from './judge-replacement.ts';
import { newProperties } from './object-properties.ts';
import { judgeVersion, versionIdOf } from './version-facts.ts';

export const putSymlink: Handler<typeof operations.putSymlink> = async (request, context) => {
  const link = await context.store.putSymlink(request, request.symlinkTarget, (target) => {
    const bucket = context.guard.target(target.bucket, target.existing);
    judgeReplacement(request, target, context);
    return { ...newProperties(request, bucket), retention: defaultRetention(bucket, context.config.clock.now()) };
  });
  return { statusCode: 200, etag: quoteEtag(link.etag), versionId: versionIdOf(context.bucket, link) };
};

export const getSymlink: Handler<typeof operations.getSymlink> = async (request, context) => {
  const target = await context.store.headObject(request);
  const bucket = context.guard.target(target.bucket, target.existing);
  const link = judgeVersion(request, target, 'GET');
  if (link.symlinkTarget === undefined) throw new ServiceError('NotSymlink');
  return {
    statusCode: 200,
    symlinkTarget: link.symlinkTarget,
    etag: quoteEtag(link.etag),
    lastModified: new Date(link.lastModifiedMs),
    versionId: versionIdOf(bucket, link),
  };
};

/** Where a link points to. Undefined: the object is no link. */
export function targetOfLink(bucket: string, object: StoredObject): ObjectAddress | undefined {
  return object.symlinkTarget === undefined ? undefined : { bucket, key: object.symlinkTarget };
}

/**
 * The object that a link stands for: the current one under the key that it names. The caller needs leave to read both. Throws SymlinkTargetNotExist, also for a
 * delete marker, and InvalidTargetType for a link to a link (OSS: PutSymlink, GetObject).
 */
export function judgeLinkTarget(key: string, { bucket, existing }: Target, context: HandlerContext): StoredObject {
  context.guard.linked(bucket, key, existing);
  if (existing === undefined) throw new ServiceError('SymlinkTargetNotExist');
  if (existing.type === 'Symlink') throw new ServiceError('InvalidTargetType');
  return existing;
}
