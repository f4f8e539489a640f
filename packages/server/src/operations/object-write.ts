import { type Body, limits, type operations, quoteEtag, ServiceError } from '@ossature/protocol';
import type { StoredObject } from '@ossature/store';
import type { Handler, HandlerContext } from './handler.ts';
import { contentMd5Of, judgeContent, judgeOverwrite, newProperties } from './object-properties.ts';

export const emptyBody: Body = new Uint8Array(0);

export function writeOptionsOf(context: HandlerContext) {
  return { signal: context.signal, expectedBytes: context.declaredBytes };
}

export const putObject: Handler<typeof operations.putObject> = async (request, context) => {
  const { store, guard } = context;
  if (request.forbidOverwrite === true) {
    // Told before the body is sent, where it can be told; the commit judges again.
    judgeOverwrite(true, (await store.headObject(request)).existing);
  }
  const object = await store.putObject(
    request,
    request.body ?? emptyBody,
    ({ bucket, existing, content }) => {
      const found = guard.target(bucket, existing);
      judgeOverwrite(request.forbidOverwrite, existing);
      judgeContent(request, content);
      return newProperties(request, found);
    },
    writeOptionsOf(context),
  );
  return { statusCode: 200, etag: quoteEtag(object.etag), hashCrc64: object.hashCrc64, contentMd5: contentMd5Of(object.etag) };
};

export const appendObject: Handler<typeof operations.appendObject> = async (request, context) => {
  const { store, guard } = context;
  // Told before the body is sent, where it can be told; the commit judges again.
  judgeAppend(request.position, (await store.headObject(request)).existing);
  const object = await store.appendObject(
    request,
    request.body ?? emptyBody,
    ({ bucket, existing, appended }) => {
      const found = guard.target(bucket, existing);
      judgeAppend(request.position, existing);
      judgeContent(request, appended);
      if (request.position + appended.sizeBytes > limits.bodyMaxBytes) throw new ServiceError('EntityTooLarge');
      if (existing !== undefined) return existing;
      const properties = newProperties(request, found);
      if (properties.storageClass === 'ColdArchive' || properties.storageClass === 'DeepColdArchive') {
        throw new ServiceError('InvalidArgument', {
          message: 'Objects of this storage class are not appendable.',
          elements: { ArgumentName: 'x-oss-storage-class', ArgumentValue: properties.storageClass },
        });
      }
      return properties;
    },
    writeOptionsOf(context),
  );
  return { statusCode: 200, nextAppendPosition: object.sizeBytes, hashCrc64: object.hashCrc64, etag: quoteEtag(object.etag) };
};

function judgeAppend(position: number, existing: StoredObject | undefined): void {
  if (existing !== undefined && existing.type !== 'Appendable') throw new ServiceError('ObjectNotAppendable');
  const length = existing?.sizeBytes ?? 0;
  if (position !== length) {
    throw new ServiceError('PositionNotEqualToLength', { headers: { 'x-oss-next-append-position': String(length) } });
  }
}
