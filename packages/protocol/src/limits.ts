const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/**
 * Every limit of the protocol and of its server, in one place. Sources: «OSS» is a documented limit of the service (API pages,
 * "Limits"); «ours» is a bound of this implementation where OSS documents none. `limitFaults` states how they hang together.
 */
export const limits = {
  // Names. OSS: PutBucket, "Object naming".
  bucketNameMinBytes: 3,
  bucketNameMaxBytes: 63,
  objectKeyMaxBytes: 1023,

  // Messages. Ours: OSS does not document them.
  /** The request line and all header fields. 8 KiB of metadata and a security token of 2 KiB must fit. */
  headMaxBytes: 32 * KiB,
  /** Path and query as sent. A key triples when every byte is escaped. */
  urlMaxBytes: 8 * KiB,
  /** An XML body, other than that of Complete. OSS: DeleteMultipleObjects, 2 MB. */
  xmlMaxBytes: 2 * MiB,
  /** 10,000 parts at about 110 bytes are 1.1 MB; attributes and white space come on top. */
  completeXmlMaxBytes: 4 * MiB,
  xmlMaxDepth: 16,
  /** The longest body of PutObject, UploadPart and AppendObject. OSS: 5 GB, exactly equal allowed. */
  bodyMaxBytes: 5 * GiB,
  // Forms. OSS: PostObject.
  formFieldNameMaxBytes: 8 * KiB,
  formFieldMaxBytes: 2 * MiB,
  /** All fields before the file together. */
  formFieldsMaxBytes: 8 * MiB,
  /** The lines before each part's content. Ours. */
  formPartHeadMaxBytes: 16 * KiB,
  /** RFC 2046, section 5.1.1. */
  formBoundaryMaxBytes: 70,
  /** How much longer than its file the body of a form may be. Ours: all fields, their boundaries, and what follows the file. */
  formOverheadMaxBytes: 16 * MiB,

  /** How much of a body that nobody wants is read before the connection is closed instead. */
  drainMaxBytes: 1 * MiB,

  // Time-outs. Ours.
  headTimeoutMs: 20_000,
  /** The longest silence inside a body; its total is not limited. */
  bodyIdleTimeoutMs: 60_000,
  keepAliveTimeoutMs: 75_000,
  gracefulStopTimeoutMs: 30_000,
  /** How long the end of a chunked body is waited for that nobody wants, and a closing connection for its peer. */
  lingerTimeoutMs: 5_000,
  /** Requests that a connection may have sent ahead of their answers; more are not read until some are answered. */
  pipelinedRequestsMax: 16,

  // Multipart. OSS: "Multipart upload", UploadPart, UploadPartCopy.
  partSizeMinBytes: 100 * KiB,
  partSizeMaxBytes: 5 * GiB,
  partCountMax: 10_000,
  /** 48.8 TB: as many parts of the greatest size as there may be. */
  objectSizeMaxBytes: 50_000 * GiB,

  // Copies. OSS: CopyObject.
  /** CopyObject into another bucket. Within one bucket there is no limit. */
  copyOtherBucketMaxBytes: 5 * GiB,
  /** CopyObject that changes the storage class or the encryption. */
  copyChangedMaxBytes: 1 * GiB,

  // What stands beside an object's bytes. OSS: PutObject, PutObjectTagging.
  /** Names and values of `x-oss-meta-*` together. */
  userMetadataMaxBytes: 8 * KiB,
  /** Names and values of `x-oss-persistent-headers` together. Ours: OSS documents none. */
  persistentHeadersMaxBytes: 8 * KiB,
  tagCountMax: 10,
  tagKeyMaxCharacters: 128,
  tagValueMaxCharacters: 256,

  // Restoration of archived objects. OSS: RestoreObject.
  restoreArchiveMaxDays: 7,
  restoreMaxDays: 365,

  // What a bucket is configured with. OSS: PutBucketTags, PutBucketCors, PutBucketLifecycle.
  bucketTagCountMax: 20,
  bucketTagKeyMaxBytes: 64,
  bucketTagValueMaxBytes: 128,
  corsRulesMax: 20,
  corsXmlMaxBytes: 16 * KiB,
  lifecycleRulesMax: 1000,
  lifecycleRuleIdMaxBytes: 255,

  // Lists. OSS: ListObjects, ListParts, ListMultipartUploads, ListBuckets, DeleteMultipleObjects.
  multiDeleteMaxKeys: 1000,
  listMaxEntries: 1000,
  listObjectsDefaultEntries: 100,
  listBucketsDefaultEntries: 100,
  listPartsDefaultEntries: 1000,
  listUploadsDefaultEntries: 1000,
  bucketsPerOwnerMax: 100,
  /** Rules of an overwrite configuration, and principals of one. OSS: PutBucketOverwriteConfig. */
  overwriteRulesMax: 100,

  // Signatures. OSS: "Signature version 4", "Add signatures to URLs".
  clockSkewMaxMs: 15 * 60_000,
  presignMinSeconds: 1,
  /** V4 only; V1 and V2 have no such limit. */
  presignMaxSeconds: 7 * 24 * 60 * 60,
  presignDefaultSeconds: 900,
} as const;

/** What is wrong with a set of limits, in sentences; empty where they fit together. */
export function limitFaults(set: Readonly<Record<keyof typeof limits, number>> = limits): readonly string[] {
  const relations: readonly (readonly [holds: boolean, fault: string])[] = [
    [set.bucketNameMinBytes <= set.bucketNameMaxBytes, 'the shortest bucket name is longer than the longest'],
    [set.urlMaxBytes < set.headMaxBytes, 'a URL of the greatest length leaves no room in the head'],
    [
      3 * (set.objectKeyMaxBytes + set.bucketNameMaxBytes) + 2 * KiB <= set.urlMaxBytes,
      'a key with every byte escaped and the parameters of a presigned URL do not fit a URL',
    ],
    [
      set.urlMaxBytes + set.userMetadataMaxBytes + 3 * (set.objectKeyMaxBytes + set.bucketNameMaxBytes) + 4 * KiB <= set.headMaxBytes,
      'the longest URL, all metadata, a copy source and a security token do not fit the head',
    ],
    [set.xmlMaxBytes <= set.completeXmlMaxBytes, 'the list of parts may be shorter than other XML'],
    [set.partCountMax * 200 <= set.completeXmlMaxBytes, 'a list of all parts does not fit the body of Complete'],
    [set.multiDeleteMaxKeys * set.objectKeyMaxBytes <= set.xmlMaxBytes, 'a list of the longest keys does not fit the body of a delete'],
    [set.formFieldMaxBytes <= set.formFieldsMaxBytes, 'one field of a form may be longer than all together'],
    [set.formFieldNameMaxBytes < set.formPartHeadMaxBytes, 'the name of a field of a form does not fit its head'],
    [set.formFieldsMaxBytes < set.formOverheadMaxBytes, 'the fields of a form leave no room for its boundaries'],
    [set.partSizeMinBytes <= set.partSizeMaxBytes, 'the smallest part is greater than the greatest'],
    [set.partSizeMaxBytes <= set.bodyMaxBytes, 'the greatest part cannot be sent'],
    [set.partSizeMaxBytes * set.partCountMax === set.objectSizeMaxBytes, 'the greatest object is not made of the greatest parts'],
    [set.objectSizeMaxBytes <= Number.MAX_SAFE_INTEGER, 'the size of the greatest object is not exact in a number'],
    [set.copyChangedMaxBytes <= set.copyOtherBucketMaxBytes, 'a copy that changes more is allowed more'],
    [set.copyOtherBucketMaxBytes <= set.objectSizeMaxBytes, 'a copy may be greater than an object'],
    [
      Math.max(set.listObjectsDefaultEntries, set.listBucketsDefaultEntries, set.listPartsDefaultEntries, set.listUploadsDefaultEntries) <=
        set.listMaxEntries,
      'a list is longer by default than it may be',
    ],
    [set.headTimeoutMs <= set.bodyIdleTimeoutMs, 'a head may take longer than a silence inside a body'],
    [set.bodyIdleTimeoutMs < set.keepAliveTimeoutMs, 'a connection is closed as idle before a body is'],
    [set.gracefulStopTimeoutMs < set.keepAliveTimeoutMs, 'a stop waits for connections that merely idle'],
    [set.lingerTimeoutMs < set.gracefulStopTimeoutMs, 'a connection that closes may outlast the stop'],
    [
      set.presignMinSeconds <= set.presignDefaultSeconds && set.presignDefaultSeconds <= set.presignMaxSeconds,
      'the default life of a presigned URL is out of its bounds',
    ],
  ];
  return relations.filter(([holds]) => !holds).map(([, fault]) => fault);
}

const faults = limitFaults();
if (faults.length > 0) throw new Error(`The limits contradict each other: ${faults.join('; ')}.`);
