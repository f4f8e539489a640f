import { limits, multipartEtag, type operations, quoteEtag, type RequestOf, ServiceError, sameEtag } from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import type { Bucket, Completion, ObjectProperties, Part } from '@ossature/store';
import { requestedCallback } from '../callback/requested-callback.ts';
import { encryptionFacts } from '../encryption/requested-encryption.ts';
import { defaultRetention } from '../retention/new-protection.ts';
import { callBack } from './call-back.ts';
import type { Handler } from './handler.ts';
import { judgeReplacement } from './judge-replacement.ts';
import { noSuchUpload } from './multipart.ts';
import { persistentHeadersOf } from './object-properties.ts';
import { versionIdOf } from './version-facts.ts';

type CompleteRequest = RequestOf<typeof operations.completeMultipartUpload>;
type ListedParts = NonNullable<CompleteRequest['parts']>;

/**
 * Makes the object in one commit of the store. The same list again, while the object stands, is answered the same: a client whose answer was lost
 * may repeat itself. Any other repetition is NoSuchUpload.
 */
export const completeMultipartUpload: Handler<typeof operations.completeMultipartUpload> = async (request, context) => {
  judgeForm(request, context.hasBody);
  const callback = requestedCallback(request, context.config.callbackAllow);
  let bucket: Bucket | undefined;
  const object = await context.store.completeUpload(request, ({ upload, parts, completed, ...target }) => {
    const { existing } = target;
    bucket = context.guard.target(target.bucket, existing);
    if (completed && existing !== undefined) return { ...judgeRepetition(request, parts), properties: existing };
    if (upload === undefined) throw noSuchUpload(request.uploadId);
    const chosen = chooseParts(request, parts);
    judgeReplacement(request, target, context);
    return { ...chosen, properties: completedProperties(request, upload.properties, bucket, context.config.clock.now()) };
  });
  const etag = quoteEtag(object.etag);
  const versionId = versionIdOf(bucket, object);
  const write = { operation: 'CompleteMultipartUpload', bucket: request.bucket, object, versionId } as const;
  return {
    statusCode: 200,
    encodingType: request.encodingType,
    location: context.urlOf(request.key),
    bucket: request.bucket,
    key: request.key,
    etag,
    etagHeader: etag,
    hashCrc64: object.hashCrc64,
    versionId,
    ...encryptionFacts(object.encryption),
    callbackResult: callback && (await callBack(callback, write, context)),
  };
};

/** What the upload was begun with, with what its completion says beside it. The default retention of the bucket counts from now. */
function completedProperties(request: CompleteRequest, begun: ObjectProperties, bucket: Bucket, nowMs: number): ObjectProperties {
  return {
    ...begun,
    acl: request.acl ?? begun.acl,
    persistentHeaders: persistentHeadersOf(request) ?? begun.persistentHeaders,
    retention: begun.retention ?? defaultRetention(bucket, nowMs),
  };
}

function judgeForm(request: CompleteRequest, hasBody: boolean): void {
  if (request.completeAll !== undefined) {
    if (!hasBody) return;
    throw new ServiceError('InvalidArgument', {
      message: 'Should not speficy both complete all header and http body.',
      ec: '0042-00000216',
      elements: { ArgumentName: 'x-oss-complete-all', ArgumentValue: request.completeAll },
    });
  }
  if (request.parts === undefined || request.parts.length === 0) {
    throw new ServiceError('MalformedXML', { ec: '0042-00000205', elements: { ErrorDetail: 'The list of parts is empty.' } });
  }
}

function judgeRepetition(request: CompleteRequest, parts: readonly Part[]): Omit<Completion, 'properties'> {
  try {
    return chooseParts(request, parts);
  } catch {
    throw noSuchUpload(request.uploadId);
  }
}

/** The parts that make the object: those of the list, or all of them. Throws where the list does not fit what was uploaded. */
function chooseParts(request: CompleteRequest, parts: readonly Part[]): Omit<Completion, 'properties'> {
  const chosen = request.completeAll === undefined ? findParts(request.parts ?? [], parts, request.uploadId) : parts;
  if (chosen.length === 0) throw new ServiceError('InvalidPart', { elements: { UploadId: request.uploadId } });
  for (const part of chosen.slice(0, -1)) {
    if (part.sizeBytes < limits.partSizeMinBytes) throw tooSmall(part);
  }
  return {
    partNumbers: chosen.map(({ partNumber }) => partNumber),
    etag: multipartEtag(
      nodeDigests,
      chosen.map(({ etag }) => etag),
    ),
  };
}

function findParts(listed: ListedParts, parts: readonly Part[], uploadId: string): readonly Part[] {
  const byNumber = new Map(parts.map((part) => [part.partNumber, part]));
  let last = 0;
  for (const { partNumber } of listed) {
    if (partNumber <= last) throw new ServiceError('InvalidPartOrder');
    last = partNumber;
  }
  return listed.map(({ partNumber, etag }) => {
    const part = byNumber.get(partNumber);
    if (part !== undefined && sameEtag(part.etag, etag)) return part;
    throw new ServiceError('InvalidPart', { elements: { ETag: etag, PartNumber: String(partNumber), UploadId: uploadId } });
  });
}

function tooSmall(part: Part): ServiceError {
  return new ServiceError('EntityTooSmall', {
    ec: '0042-00000213',
    elements: {
      MinSizeAllowed: String(limits.partSizeMinBytes),
      ProposedSize: String(part.sizeBytes),
      ETag: quoteEtag(part.etag),
      PartNumber: String(part.partNumber),
    },
  });
}
