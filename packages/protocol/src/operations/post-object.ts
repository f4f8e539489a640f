/** Uploads by forms, as browsers send them (OSS: PostObject). */
import { headerValue, text } from '../codec.ts';
import { contentMd5, etag, hashCrc64 } from '../codec-digests.ts';
import { judgeMetadata, METADATA_PREFIX, metadataValue } from '../codec-metadata.ts';
import { objectName } from '../codec-names.ts';
import { forbidOverwrite, objectAcl, serverSideDataEncryption, serverSideEncryption, storageClass, trafficLimit } from '../codec-object.ts';
import { persistentHeaders } from '../codec-persistent-headers.ts';
import { limits } from '../limits.ts';
import { bucketName, element, formField, formFields, header, judged, operation, required, stream, xml } from '../operation.ts';
import { callbackFact, encryptionFacts, versionFact } from './member-sets.ts';
import { writeActions } from './permissions.ts';

const writtenFacts = {
  /** The MD5 of the file in upper-case hex, in quotes. */
  etag: header('ETag', etag),
  /** CRC-64/XZ of the file. */
  hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
  /** Base64 of the MD5. */
  contentMd5: header('Content-MD5', contentMd5),
  ...versionFact,
  ...encryptionFacts,
};

/** Writes an object from a form (`multipart/form-data`): a page in a browser sends it, with a policy that says what it may be (OSS: PostObject). */
export const postObject = operation({
  name: 'PostObject',
  method: 'POST',
  level: 'bucket',
  marks: {},
  form: true,
  request: {
    bucket: bucketName,
    /** The key; a literal `${filename}` in it stands for the name of the file that is chosen. */
    key: required(formField('key', objectName)),
    /** Of the object; before `contentType`, and that before what the file says of itself. */
    ossContentType: formField('x-oss-content-type', headerValue),
    /** The media type of the object. */
    contentType: formField('Content-Type', headerValue),
    /** This and the next four are kept with the object, and sent when it is read. */
    cacheControl: formField('Cache-Control', headerValue),
    /** How a browser presents it. */
    contentDisposition: formField('Content-Disposition', headerValue),
    /** The encoding of the bytes as they are. */
    contentEncoding: formField('Content-Encoding', headerValue),
    /** The language of the content. */
    contentLanguage: formField('Content-Language', headerValue),
    /** When caches should forget it; any text is kept. */
    expires: formField('Expires', headerValue),
    /** User metadata, names without `x-oss-meta-`. */
    metadata: judged(formFields(METADATA_PREFIX, metadataValue), judgeMetadata),
    /** Own headers of the answers that serve the object. */
    persistentHeaders: formField('x-oss-persistent-headers', persistentHeaders),
    /** The object's own ACL; before the header of that name. */
    acl: formField('x-oss-object-acl', objectAcl),
    /** The same; it counts where the form names none. */
    aclInHead: header('x-oss-object-acl', objectAcl),
    /** The storage class; that of the bucket without it. */
    storageClass: formField('x-oss-storage-class', storageClass),
    /** `true`: 409 FileAlreadyExists where an object of the key exists. */
    forbidOverwrite: formField('x-oss-forbid-overwrite', forbidOverwrite),
    /** `AES256`, `KMS` or `SM4`. */
    serverSideEncryption: formField('x-oss-server-side-encryption', serverSideEncryption),
    /** `SM4`, together with `KMS`. */
    serverSideDataEncryption: formField('x-oss-server-side-data-encryption', serverSideDataEncryption),
    /** The id of the KMS key. */
    serverSideEncryptionKeyId: formField('x-oss-server-side-encryption-key-id', text),
    /** The highest speed of the transfer, in bits a second. */
    trafficLimit: formField('x-oss-traffic-limit', trafficLimit),
    /** Where the browser is sent after success: 303, with bucket, key and ETag in the query. */
    successActionRedirect: formField('success_action_redirect', headerValue),
    /** `200`, `201` (with a document) or `204`; any other text, and none, is 204. */
    successActionStatus: formField('success_action_status', text),
    /** Base64 of a JSON document with `callbackUrl` and `callbackBody`. */
    callback: formField('callback', text),
    /** Own variables of the callback, names without `x:`. */
    callbackVariables: formFields('x:', text),
    /** Base64 of the MD5 of the whole body, not of the file. */
    contentMd5: header('Content-MD5', contentMd5),
    /** The file. */
    body: stream(),
  },
  results: {
    200: { members: { ...writtenFacts, ...callbackFact } },
    201: {
      root: 'PostResponse',
      members: {
        ...writtenFacts,
        bucket: xml(element('Bucket', text)),
        /** The URL of the object. */
        location: xml(element('Location', text)),
        key: xml(element('Key', text)),
        etagInBody: xml(element('ETag', etag)),
      },
    },
    204: { members: writtenFacts },
    303: {
      members: {
        ...writtenFacts,
        /** Where to go on. */
        location: required(header('Location', text)),
      },
    },
  },
  errors: [
    'NoSuchBucket',
    'RequestIsNotMultiPartContent',
    'MalformedPOSTRequest',
    'FieldItemTooLong',
    'MaxPOSTPreDataLengthExceededError',
    'InvalidArgument',
    'InvalidObjectName',
    'InvalidAccessKeyId',
    'InvalidSecurityToken',
    'SignatureDoesNotMatch',
    'InvalidPolicyDocument',
    'AccessDenied',
    'InvalidEncryptionAlgorithmError',
    'InvalidDataEncryptionAlgorithmError',
    'EntityTooSmall',
    'EntityTooLarge',
    'IncorrectNumberOfFilesInPOSTRequest',
    'InvalidDigest',
    'FileAlreadyExists',
    'FileImmutable',
    'IncompleteBody',
    'RequestTimeout',
    'CallbackFailed',
  ],
  permissions: ({ bucket, key, acl }) => writeActions({ bucket, key, acl }),
  retry: 'idempotent',
  bodyLimitBytes: limits.bodyMaxBytes,
});
