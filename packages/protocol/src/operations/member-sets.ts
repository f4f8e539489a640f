/** Members that several operations share. A set is spread into an operation's request or result. */
import { anyCaseBoolean, choice, count, integer, text } from '../codec.ts';
import { conditionDate, httpDate } from '../codec-dates.ts';
import { contentMd5, etag, hashCrc64 } from '../codec-digests.ts';
import { judgeMetadata, METADATA_PREFIX, metadataValue } from '../codec-metadata.ts';
import { name } from '../codec-names.ts';
import {
  forbidOverwrite,
  knownObjectType,
  knownStorageClass,
  misplaced,
  objectAcl,
  serverSideDataEncryption,
  serverSideEncryption,
  storageClass,
  trafficLimit,
  versionId,
} from '../codec-object.ts';
import { isPersistentName, persistentHeaders as persistentHeadersCodec } from '../codec-persistent-headers.ts';
import { legalHoldStatus, retainUntilDate, retentionMode } from '../codec-retention.ts';
import { tagging } from '../codec-tagging.ts';
import { callbackAnswer, element, header, headers, judged, optional, query, struct, xml } from '../operation.ts';

/** OSS: pay-by-requester. Others than the owner are refused without it, where the bucket's payer is `Requester`; nobody is billed here. */
export const payer = {
  /** The requester pays for the request, and says so: `requester`. */
  requestPayer: header('x-oss-request-payer', choice(['requester'])),
  /** The same in the query, as presigned URLs have it. */
  requestPayerInQuery: query('x-oss-request-payer', choice(['requester'])),
};

/** OSS: single-connection bandwidth throttling. */
export const throttle = {
  /** The highest speed of the transfer, in bits a second: 245760 to 838860800. */
  trafficLimit: header('x-oss-traffic-limit', trafficLimit),
  /** The same in the query, as presigned URLs have it. */
  trafficLimitInQuery: query('x-oss-traffic-limit', trafficLimit),
};

/** A version of the object; a bucket that never had versioning knows `null` alone. */
export const version = {
  /** The version to work on; the current one without it. */
  versionId: query('versionId', versionId),
};

/** Conditions of a read (OSS: GetObject). */
export const conditions = {
  /** Only when the object's ETag is this, or one of a list: else 412 PreconditionFailed. Quotes are optional. */
  ifMatch: header('If-Match', text),
  /** Only when the object's ETag is not this, nor one of a list: else 304. Quotes are optional. */
  ifNoneMatch: header('If-None-Match', text),
  /** Only when the object was modified later than this: else 304. */
  ifModifiedSince: header('If-Modified-Since', conditionDate),
  /** Only when the object was not modified later than this: else 412 PreconditionFailed. */
  ifUnmodifiedSince: header('If-Unmodified-Since', conditionDate),
};

/** Conditions on the source of a copy (OSS: CopyObject, UploadPartCopy). */
export const sourceConditions = {
  /** Only when the source's ETag is this, or one of a list: else 412 PreconditionFailed. Quotes are optional. */
  ifMatch: header('x-oss-copy-source-if-match', text),
  /** Only when the source's ETag is not this, nor one of a list: else 304. Quotes are optional. */
  ifNoneMatch: header('x-oss-copy-source-if-none-match', text),
  /** Only when the source was modified later than this: else 304. */
  ifModifiedSince: header('x-oss-copy-source-if-modified-since', conditionDate),
  /** Only when the source was not modified later than this: else 412 PreconditionFailed. */
  ifUnmodifiedSince: header('x-oss-copy-source-if-unmodified-since', conditionDate),
};

/** OSS answers conditions on writes with NotImplemented (OSS: PutObject, EC 0017-00000245): never ignored, or a write would not be conditional. */
export const refusedConditions = {
  /** Not taken by writes. */
  ifMatch: header('If-Match', text, { refused: true }),
  /** Not taken by writes; `forbidOverwrite` is the way to create only. */
  ifNoneMatch: header('If-None-Match', text, { refused: true }),
  /** Not taken by writes. */
  ifModifiedSince: header('If-Modified-Since', conditionDate, { refused: true }),
  /** Not taken by writes. */
  ifUnmodifiedSince: header('If-Unmodified-Since', conditionDate, { refused: true }),
};

/** What is stored with an object and returned when it is read (OSS: PutObject). Texts are kept verbatim. */
export const contentHeaders = {
  /** The media type; `application/octet-stream` without it. */
  contentType: header('Content-Type', text),
  /** How caches may treat the object, RFC 9111. */
  cacheControl: header('Cache-Control', text),
  /** How a browser presents it: `attachment; filename="name"`. */
  contentDisposition: header('Content-Disposition', text),
  /** The encoding of the bytes as they are stored: `gzip`. */
  contentEncoding: header('Content-Encoding', text),
  /** The language of the content. */
  contentLanguage: header('Content-Language', text),
  /** When caches should forget it. OSS keeps any text, also one that is no date. */
  expires: header('Expires', text),
};

/** Metadata in a request. */
export const metadata = {
  /** User metadata, names without `x-oss-meta-`: letters, digits and hyphens; names and values together at most 8 KB. */
  metadata: judged(headers(METADATA_PREFIX, metadataValue), judgeMetadata),
};

export const persistentHeaders = {
  /** Own headers of the answers that serve the object, by name; those of the protocol are not taken. */
  persistentHeaders: header('x-oss-persistent-headers', persistentHeadersCodec),
};

/** What a write decides of its object, beside bytes and metadata. */
export const placement = {
  /** The object's own ACL; `default`, that of its bucket, without it. */
  acl: header('x-oss-object-acl', objectAcl),
  /** The storage class; that of the bucket without it. */
  storageClass: header('x-oss-storage-class', storageClass),
  /** At most 10 tags. */
  tagging: header('x-oss-tagging', tagging),
};

export const overwrite = {
  /** `true`: 409 FileAlreadyExists where an object of the key exists. Without effect in buckets with versions. Default: `false`. */
  forbidOverwrite: header('x-oss-forbid-overwrite', forbidOverwrite),
};

/** Node's OpenSSL has no authenticated mode of SM4: the server refuses what would ask for it. */
function isSm4(given: string): boolean {
  return given === 'SM4';
}

/** Encryption by the server (OSS: server-side encryption). */
export const encryption = {
  /** `AES256`, `KMS` or `SM4`. */
  serverSideEncryption: header('x-oss-server-side-encryption', serverSideEncryption, { refused: isSm4 }),
  /** `SM4`, together with `KMS`. */
  serverSideDataEncryption: header('x-oss-server-side-data-encryption', serverSideDataEncryption, { refused: isSm4 }),
  /** The id of the KMS key, together with `KMS`; without it, KMS encrypts under the key of the service. */
  serverSideEncryptionKeyId: header('x-oss-server-side-encryption-key-id', text),
};

const notOnParts = misplaced('Parts are encrypted as their upload is: the encryption headers belong to InitiateMultipartUpload.');

/** A part takes its encryption from its upload: the headers on a part are 400 InvalidArgument (OSS: UploadPart). */
export const noEncryption = {
  /** Not taken by parts. */
  serverSideEncryption: header('x-oss-server-side-encryption', notOnParts),
  /** Not taken by parts. */
  serverSideDataEncryption: header('x-oss-server-side-data-encryption', notOnParts),
  /** Not taken by parts. */
  serverSideEncryptionKeyId: header('x-oss-server-side-encryption-key-id', notOnParts),
};

/** Retention of single objects (OSS: object-level WORM), in buckets that have it enabled. Mode and date come together. */
export const objectWorm = {
  /** `COMPLIANCE` or `GOVERNANCE`. */
  objectWormMode: header('x-oss-object-worm-mode', retentionMode),
  /** Later than now; whole seconds. */
  objectWormRetainUntilDate: header('x-oss-object-worm-retain-until-date', retainUntilDate),
  /** `ON` or `OFF`. */
  objectWormLegalHold: header('x-oss-object-worm-legal-hold', legalHoldStatus),
};

export const bypassGovernance = {
  /** `true`: in spite of a retention in GOVERNANCE mode, for those who may. */
  bypassGovernanceRetention: header('x-oss-bypass-governance-retention', anyCaseBoolean),
};

/** A call that OSS makes to the application's server after the write (OSS: Callback). */
export const callback = {
  /** Base64 of a JSON document with `callbackUrl` and `callbackBody`. */
  callback: header('x-oss-callback', text),
  /** Base64 of a JSON document of own variables, names beginning with `x:`. */
  callbackVar: header('x-oss-callback-var', text),
  /** The same in the query, as presigned URLs have it. */
  callbackInQuery: query('callback', text),
  /** The same in the query, as presigned URLs have it. */
  callbackVarInQuery: query('callback-var', text),
};

/** In answers to requests that asked for a callback. */
export const callbackFact = {
  /** What the application's server answered: it stands in place of the operation's own body. */
  callbackResult: callbackAnswer(),
};

/** What a request says about the bytes of its body. */
export const bodyFacts = {
  /** The length of the body in bytes; without it the body is sent in chunks. */
  contentLength: header('Content-Length', integer(0, Number.MAX_SAFE_INTEGER, { ec: '0017-00000103' })),
  /** Base64 of the body's MD5; another body is 400 InvalidDigest. */
  contentMd5: header('Content-MD5', contentMd5),
  /** CRC-64/XZ of the body; another body is 400 InvalidCRC64. */
  hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
};

export const xmlBodyFacts = {
  /** Base64 of the XML body's MD5; another body is 400 InvalidDigest. */
  contentMd5: header('Content-MD5', contentMd5),
};

/** `encoding-type` of a request whose answer has names in XML. */
export const encodingType = {
  /** `url`: names in the answer's XML are percent-encoded. XML cannot carry every character of a key. */
  encodingType: query('encoding-type', choice(['url'])),
};

/** `EncodingType` of an answer. */
export const encodingTypeEcho = {
  /** `url` where the request asked for it. */
  encodingType: xml(optional(element('EncodingType', choice(['url'])))),
};

/** The version that an answer speaks of. */
export const versionFact = {
  /** In buckets with versions: the object's; `null` for the version without an id. */
  versionId: header('x-oss-version-id', text),
};

/** How an object or an upload is encrypted, in an answer. */
export const encryptionFacts = {
  /** Where the object is encrypted by the server: `AES256`, `KMS` or `SM4`. */
  serverSideEncryption: header('x-oss-server-side-encryption', text),
  /** `SM4` where KMS keys encrypt with it. */
  serverSideDataEncryption: header('x-oss-server-side-data-encryption', text),
  /** The id of the KMS key. */
  serverSideEncryptionKeyId: header('x-oss-server-side-encryption-key-id', text),
};

/** What HEAD and GET tell of an object (OSS: HeadObject). Without the body, and without the conditions' outcomes. */
export const objectFacts = {
  /** The length of the body in bytes: for HEAD, of the object. */
  contentLength: header('Content-Length', count),
  /** In quotes. */
  etag: header('ETag', etag),
  lastModified: header('Last-Modified', httpDate),
  /** Base64 of the MD5; objects that were uploaded whole have it. */
  contentMd5: header('Content-MD5', contentMd5),
  /** `bytes`. */
  acceptRanges: header('Accept-Ranges', text),
  ...contentHeaders,
  /** User metadata, names in lower case without `x-oss-meta-`. */
  metadata: headers(METADATA_PREFIX, metadataValue),
  /** Headers of its own that the object is served with, by name in lower case: all that are not the protocol's. */
  persistentHeaders: headers('', metadataValue, { accepts: isPersistentName }),
  /** `Normal`, `Multipart`, `Appendable` or `Symlink`. */
  objectType: header('x-oss-object-type', knownObjectType),
  storageClass: header('x-oss-storage-class', knownStorageClass),
  /** CRC-64/XZ of the whole object, also where a range is answered. */
  hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
  ...versionFact,
  /** The number of tags, where there are any. */
  taggingCount: header('x-oss-tagging-count', count),
  /** Appendable objects: where the next append begins. */
  nextAppendPosition: header('x-oss-next-append-position', count),
  ...encryptionFacts,
  /** Archived objects: `ongoing-request="…"`, and `expiry-date="…"` once restored. */
  restore: header('x-oss-restore', text),
  /** `expiry-date="…", rule-id="…"` where a lifecycle rule will delete the object. */
  expiration: header('x-oss-expiration', text),
  /** When the object moved to its storage class. */
  transitionTime: header('x-oss-transition-time', text),
  /** When the object was read last, where the bucket tracks that. */
  lastAccessTime: header('x-oss-last-access-time', text),
  /** When an appendable object was sealed. */
  sealedTime: header('x-oss-sealed-time', text),
  /** `requester` where the requester paid. */
  requestCharged: header('x-oss-request-charged', text),
  /** Retention: `COMPLIANCE` or `GOVERNANCE`. */
  objectWormMode: header('x-oss-object-worm-mode', text),
  /** Retention: until when. */
  objectWormRetainUntilDate: header('x-oss-object-worm-retain-until-date', retainUntilDate),
  /** `ON` or `OFF`. */
  objectWormLegalHold: header('x-oss-object-worm-legal-hold', text),
};

/** Whom a bucket or an object belongs to. */
export const ownerStruct = struct('Owner', {
  /** The account's number. */
  id: element('ID', text),
  /** Today the same as the id. */
  displayName: element('DisplayName', text),
});

/** A common prefix of a list with a delimiter. */
export const commonPrefixStruct = struct('CommonPrefixes', { prefix: element('Prefix', name) });
