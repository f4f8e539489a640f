import { mediaTypeOf, type operations, quoteEtag, type RequestOf, type ResultOf, ServiceError } from '@ossature/protocol';
import type { Bucket, StoredObject } from '@ossature/store';
import { requestedCallback } from '../callback/requested-callback.ts';
import { encryptionFacts, requestedEncryption } from '../encryption/requested-encryption.ts';
import { defaultRetention } from '../retention/new-protection.ts';
import { callBack } from './call-back.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { judgeReplacement } from './judge-replacement.ts';
import { contentMd5Of, newProperties } from './object-properties.ts';
import { emptyBody, writeOptionsOf } from './object-write.ts';
import { versionIdOf } from './version-facts.ts';

type PostRequest = RequestOf<typeof operations.postObject>;
type PostResult = ResultOf<typeof operations.postObject>;

/** The form has been read, and its policy judged, before the handler is asked: what is left is a put. */
export const postObject: Handler<typeof operations.postObject> = async (request, context) => {
  const callback = requestedCallback(callbackFieldsOf(request), context.config.callbackAllow);
  const redirect = redirectOf(request);
  const encryption = context.bucket === undefined ? undefined : requestedEncryption(request, context.bucket);
  // Told before the key is used and the file read; the commit judges again.
  context.guard.masterKey('write', encryption);
  const fields = { ...request, contentType: request.ossContentType ?? request.contentType ?? mediaTypeOf(request.key) };
  let bucket: Bucket | undefined;
  const object = await context.store.putObject(
    request,
    request.body ?? emptyBody,
    (target) => {
      bucket = context.guard.target(target.bucket, target.existing);
      context.guard.masterKey('write', encryption);
      judgeReplacement(request, target, context);
      return { ...newProperties(fields, bucket), retention: defaultRetention(bucket, context.config.clock.now()) };
    },
    { ...writeOptionsOf(context), encryption },
  );
  const versionId = versionIdOf(bucket, object);
  const facts = factsOf(object, versionId);
  if (callback !== undefined) {
    const write = { operation: 'PostObject', bucket: request.bucket, object, versionId } as const;
    return { statusCode: 200, ...facts, callbackResult: await callBack(callback, write, context) };
  }
  return answerOf(request, redirect, facts, context);
};

/** A form has a field for each variable, where other requests have one document of all. */
function callbackFieldsOf({ callback, callbackVariables }: PostRequest) {
  if (callback === undefined || callbackVariables === undefined) return { callback };
  const variables = Object.fromEntries(Object.entries(callbackVariables).map(([name, value]) => [`x:${name}`, value]));
  return { callback, callbackVar: Buffer.from(JSON.stringify(variables)).toString('base64') };
}

function factsOf(object: StoredObject, versionId: string | undefined) {
  return {
    etag: quoteEtag(object.etag),
    hashCrc64: object.hashCrc64,
    contentMd5: contentMd5Of(object.etag),
    versionId,
    ...encryptionFacts(object.encryption),
  };
}

function answerOf(request: PostRequest, redirect: URL | undefined, facts: ReturnType<typeof factsOf>, context: HandlerContext): PostResult {
  const { bucket, key } = request;
  if (redirect !== undefined) return { statusCode: 303, ...facts, location: redirected(redirect, { bucket, key, etag: facts.etag }) };
  switch (request.successActionStatus) {
    case '200':
      return { statusCode: 200, ...facts };
    case '201':
      return { statusCode: 201, ...facts, bucket, key, location: context.urlOf(key), etagInBody: facts.etag };
    default:
      return { statusCode: 204, ...facts };
  }
}

/** Judged before anything is written: a browser that was sent nowhere would not know that its file is there. */
function redirectOf({ successActionRedirect: text }: PostRequest): URL | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new ServiceError('InvalidArgument', {
    message: 'success_action_redirect must be a URL of http or https.',
    elements: { ArgumentName: 'success_action_redirect', ArgumentValue: text },
  });
}

function redirected(url: URL, parameters: Readonly<Record<string, string>>): string {
  const added = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const to = new URL(url);
  to.search = [to.search.slice(1), ...added].filter((part) => part !== '').join('&');
  return to.href;
}
