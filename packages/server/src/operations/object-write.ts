import { type Body, limits, type operations, quoteEtag, type RequestOf, ServiceError } from '@ossature/protocol';
import type { Bucket, Encryption, ObjectProperties, StoredObject } from '@ossature/store';
import { overwriteConfig } from '../bucket-configurations/overwrite-config.ts';
import { worm } from '../bucket-configurations/worm.ts';
import { requestedCallback } from '../callback/requested-callback.ts';
import { encryptionFacts, requestedEncryption } from '../encryption/requested-encryption.ts';
import { judgeImmutable } from '../retention/judge-immutable.ts';
import { judgeAppendable } from '../retention/judge-retention.ts';
import { newProtection } from '../retention/new-protection.ts';
import { callBack } from './call-back.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { judgeReplacement } from './judge-replacement.ts';
import { contentMd5Of, judgeContent, newProperties } from './object-properties.ts';
import { judgeUnsealed, otherPosition } from './seal.ts';
import { versionIdOf } from './version-facts.ts';

export const emptyBody: Body = new Uint8Array(0);

export function writeOptionsOf(context: HandlerContext) {
  return { signal: context.signal, expectedBytes: context.declaredBytes };
}

export const putObject: Handler<typeof operations.putObject> = async (request, context) => {
  const { store, guard } = context;
  const callback = requestedCallback(request, context.config.callbackAllow);
  const encryption = context.bucket === undefined ? undefined : requestedEncryption(request, context.bucket);
  // Told before the key is used and the body sent; the commit judges again.
  guard.masterKey('write', encryption);
  if (request.forbidOverwrite === true || (context.bucket !== undefined && mayForbid(context.bucket))) {
    // Told before the body is sent, where it can be told; the commit judges again.
    judgeReplacement(request, await store.headObject(request), context);
  }
  let bucket: Bucket | undefined;
  const object = await store.putObject(
    request,
    request.body ?? emptyBody,
    ({ content, ...target }) => {
      bucket = guard.target(target.bucket, target.existing);
      guard.masterKey('write', encryption);
      judgeReplacement(request, target, context);
      judgeContent(request, content);
      return { ...newProperties(request, bucket), ...newProtection(request, bucket, context.config.clock.now()) };
    },
    { ...writeOptionsOf(context), encryption },
  );
  const versionId = versionIdOf(bucket, object);
  return {
    statusCode: 200,
    etag: quoteEtag(object.etag),
    hashCrc64: object.hashCrc64,
    contentMd5: contentMd5Of(object.etag),
    versionId,
    ...encryptionFacts(object.encryption),
    expiration: context.lifecycle.expirationOf(bucket, object),
    callbackResult: callback && (await callBack(callback, { operation: 'PutObject', bucket: request.bucket, object, versionId }, context)),
  };
};

/** Whether a bucket has rules that may keep an object from being overwritten. */
function mayForbid({ configurations }: Bucket): boolean {
  return configurations[overwriteConfig.name] !== undefined || configurations[worm.name] !== undefined;
}

export const appendObject: Handler<typeof operations.appendObject> = async (request, context) => {
  const { store, guard, config } = context;
  const encryption = context.bucket === undefined ? undefined : encryptionOfAppended(request, context.bucket);
  // Told before the body is sent, where it can be told; the commit judges again.
  judgeAppend(request.position, (await store.headObject(request)).existing);
  let bucket: Bucket | undefined;
  const object = await store.appendObject(
    request,
    request.body ?? emptyBody,
    ({ appended, ...target }) => {
      const { existing } = target;
      bucket = guard.target(target.bucket, existing);
      // What grows stays encrypted as it was begun.
      guard.masterKey('write', existing === undefined ? encryption : existing.encryption);
      judgeAppendable(bucket);
      judgeAppend(request.position, existing);
      if (existing === undefined) judgeReplacement(request, target, context);
      else judgeImmutable(bucket, existing, config.clock.now());
      judgeContent(request, appended);
      if (request.position + appended.sizeBytes > limits.bodyMaxBytes) throw new ServiceError('EntityTooLarge');
      return existing ?? appendedProperties(request, bucket);
    },
    { ...writeOptionsOf(context), encryption },
  );
  return {
    statusCode: 200,
    nextAppendPosition: object.sizeBytes,
    hashCrc64: object.hashCrc64,
    etag: quoteEtag(object.etag),
    versionId: versionIdOf(bucket, object),
    ...encryptionFacts(object.encryption),
  };
};

/** An object that grows has no KMS key of its own choice (OSS: AppendObject). */
function encryptionOfAppended(request: RequestOf<typeof operations.appendObject>, bucket: Bucket): Encryption | undefined {
  const { serverSideEncryptionKeyId: keyId } = request;
  if (keyId === undefined) return requestedEncryption(request, bucket);
  throw new ServiceError('InvalidArgument', {
    message: 'Appendable objects can not have a KMS key of their own.',
    elements: { ArgumentName: 'x-oss-server-side-encryption-key-id', ArgumentValue: keyId },
  });
}

/** What the first append decides. Objects of the cold classes do not grow. */
function appendedProperties(request: RequestOf<typeof operations.appendObject>, bucket: Bucket): ObjectProperties {
  const properties = newProperties(request, bucket);
  const { storageClass } = properties;
  if (storageClass !== 'ColdArchive' && storageClass !== 'DeepColdArchive') return properties;
  throw new ServiceError('InvalidArgument', {
    message: 'Objects of this storage class are not appendable.',
    elements: { ArgumentName: 'x-oss-storage-class', ArgumentValue: storageClass },
  });
}

function judgeAppend(position: number, existing: StoredObject | undefined): void {
  if (existing !== undefined) {
    if (existing.type !== 'Appendable') throw new ServiceError('ObjectNotAppendable');
    judgeUnsealed(existing);
  }
  const length = existing?.sizeBytes ?? 0;
  if (position !== length) throw otherPosition(length);
}
