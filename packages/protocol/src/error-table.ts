/**
 * The errors of the protocol: one table for both ends, ordered by status. Sources: the error-code pages of OSS, the EC
 * pages, and what the suites of the official SDKs assert. The message is the usual one of its code; a thrower gives that of its
 * situation where OSS has several.
 */

export interface ErrorRow {
  readonly status: number;
  /** The documented text; a thrower may give the one of its situation. */
  readonly message: string;
  /** Names of extra elements that the error document may carry, in order. */
  readonly elements?: readonly string[];
  /** The error's number, where one is right for every use of the code. */
  readonly ec?: string;
  /** Worth another try by a client, beside what the status says. */
  readonly retryable?: boolean;
}

const ARGUMENT = ['ArgumentName', 'ArgumentValue'] as const;
const KMS_STATE = 'The request was rejected because the state of the key is';

export const errorTable = {
  CallbackFailed: { status: 203, message: 'Error status : -1.', ec: '0007-00000203' },

  NotModified: { status: 304, message: 'Not Modified' },

  BadRequest: { status: 400, message: 'The request is malformed.' },
  CORSRuleBeyondLimit: { status: 400, message: 'The CORS Rules num is beyond limit.' },
  EntityTooLarge: {
    status: 400,
    message: 'Your proposed upload exceeds the maximum allowed size.',
    elements: ['MaxSizeAllowed', 'ProposedSize'],
  },
  EntityTooSmall: {
    status: 400,
    message: 'Your proposed upload smaller than the minimum allowed size.',
    elements: ['MinSizeAllowed', 'ProposedSize', 'ETag', 'PartNumber'],
  },
  FieldItemTooLong: { status: 400, message: 'Your name of form field is too long.' },
  FilePartNotExist: { status: 400, message: 'The Part you read had been deleted.' },
  IncompleteBody: { status: 400, message: 'You did not provide the number of bytes specified by the Content-Length HTTP header.' },
  IncorrectNumberOfFilesInPOSTRequest: { status: 400, message: 'POST requires exactly one file upload per request.' },
  InlineDataTooLarge: { status: 400, message: 'Inline data exceeds the maximum allowed size.' },
  InvalidArgument: { status: 400, message: 'Invalid Argument. Parameter is invalid.', elements: [...ARGUMENT, 'Authorization'] },
  InvalidBucketName: { status: 400, message: 'The specified bucket is not valid.', elements: ['BucketName'], ec: '0015-00000001' },
  InvalidCRC64: { status: 400, message: 'The x-oss-hash-crc64ecma you specified does not match what we calculated.' },
  InvalidDataEncryptionAlgorithmError: {
    status: 400,
    message: 'The KMS Data Encryption request you specified is not valid. Supported value:SM4',
    elements: ARGUMENT,
  },
  InvalidDigest: { status: 400, message: 'The Content-MD5 you specified was invalid.' },
  InvalidEncryptionAlgorithmError: {
    status: 400,
    message: 'The Encryption request you specified is not valid. Supported value: AES256/SM4/KMS.',
    elements: ARGUMENT,
  },
  InvalidEncryptionRequest: { status: 400, message: "Client encryption doesn't support upload part copy.", ec: '0042-00000309' },
  InvalidHostPutBucket: { status: 400, message: 'Your host is invalid. Please put bucket use Open Storage Service standard host.' },
  InvalidObjectName: { status: 400, message: 'The specified object is not valid.', elements: ['ObjectName'] },
  InvalidParameter: { status: 400, message: 'The specified parameter KMS keyId is not valid.' },
  InvalidPart: {
    status: 400,
    message:
      "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
    elements: ['ETag', 'PartNumber', 'UploadId'],
  },
  InvalidPartOrder: {
    status: 400,
    message: 'The list of parts was not in ascending order. Parts list must specified in order by part number.',
    ec: '0042-00000209',
  },
  InvalidPolicyDocument: { status: 400, message: 'Invalid Policy: Invalid JSON: unknown char e' },
  InvalidRequest: { status: 400, message: 'The request is invalid.' },
  InvalidTag: { status: 400, message: 'The TagKey you have provided is invalid.', elements: ['TagKey', 'TagValue'] },
  InvalidTaggingKey: { status: 400, message: 'The tagging key you provided is invalid.' },
  InvalidTargetBucketForLogging: { status: 400, message: 'Put bucket log requester is not target bucket owner.' },
  InvalidTargetType: { status: 400, message: "The symbolic's target file type is invalid." },
  InvalidWORMConfiguration: { status: 400, message: 'Invalid WORM Configuration.' },
  InvalidXMLFormat: { status: 400, message: 'The XML you provided was not well-formed.', elements: ['ErrorDetail'] },
  MalformedPOSTRequest: {
    status: 400,
    message: 'The body of your POST request is not well-formed multipart/form-data.',
    ec: '0006-00000104',
  },
  MalformedXML: {
    status: 400,
    message: 'The XML you provided was not well-formed or did not validate against our published schema.',
    elements: ['ErrorDetail'],
  },
  MaxPOSTPreDataLengthExceededError: { status: 400, message: 'Your POST request fields preceding the upload file were too large.' },
  MissingArgument: { status: 400, message: 'Missing Some Required Arguments.', ec: '0016-00000502' },
  NotImplemented: {
    status: 400,
    message: 'A header you provided implies functionality that is not implemented.',
    elements: ['Header', ...ARGUMENT],
  },
  NotSymlink: { status: 400, message: 'The object is not symlink.' },
  OperationNotSupported: { status: 400, message: 'The operation is not supported for this resource', elements: ['Detail'] },
  PartNotSequential: {
    status: 400,
    message: 'The parts of a sequential upload must arrive in order.',
    elements: ['PartNumber', 'UploadId'],
  },
  RepeatedTags: { status: 400, message: 'Tag keys must be unique.' },
  RequestIsNotMultiPartContent: { status: 400, message: 'Bucket POST must be of the enclosure-type multipart/form-data.' },
  RequestTimeout: {
    status: 400,
    message:
      'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
    retryable: true,
  },
  ResourceGroupIdPreCheckError: { status: 400, message: 'The resource group id is invalid.', ec: '0039-00000003' },
  TooManyBuckets: { status: 400, message: 'You have attempted to create more buckets than allowed.' },
  TooManyTags: { status: 400, message: 'The bucket tags num is beyond limit.' },
  UserKeyMustBeSpecified: { status: 400, message: 'User key must be specified.' },

  AbnormalBucketOwnerStatus: { status: 403, message: 'The status of the bucket owner is abnormal.' },
  AccessDenied: {
    status: 403,
    message: 'AccessDenied',
    elements: ['Bucket', 'Endpoint', 'Expires', 'ServerTime', 'User'],
  },
  AccessForbidden: {
    status: 403,
    message:
      'CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method ' +
      "or Access-Control-Requet-Headers are not whitelisted by the resource's CORS spec.",
  },
  AccessKeyIdAndSecurityTokenNotMatch: { status: 403, message: 'The OSS access key id and security token you provided does not match.' },
  BucketDisable: { status: 403, message: 'BucketDisable.', elements: ['BucketName'] },
  BucketNotBelongTo: { status: 403, message: 'The bucket you access does not belong to you.', elements: ['BucketName'] },
  CnameDenied: { status: 403, message: 'The cname belongs to another user.' },
  InvalidAccessKeyId: {
    status: 403,
    message: 'The OSS Access Key Id you provided does not exist in our records.',
    elements: ['OSSAccessKeyId'],
  },
  InvalidObjectState: { status: 403, message: "The operation is not valid for the object's state", elements: ['ObjectName'] },
  InvalidSecurityToken: { status: 403, message: 'The security token you provided is invalid.' },
  KmsServiceNotEnabled: { status: 403, message: 'This user does not turn on KMS service.' },
  NonStandardHostForbidden: { status: 403, message: 'Your host is invalid. Please use Open Storage Service standard host.' },
  PermanentRedirect: {
    status: 403,
    message:
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    elements: ['Bucket', 'Endpoint'],
  },
  RequestTimeTooSkewed: {
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
    elements: ['MaxAllowedSkewMilliseconds', 'RequestTime', 'ServerTime'],
    ec: '0002-00000504',
    retryable: true,
  },
  SecondLevelDomainForbidden: {
    status: 403,
    message: 'The bucket you are attempting to access must be addressed using OSS third level domain.',
  },
  SecurityTokenExpired: { status: 403, message: 'The security token you provided has expired.' },
  SecurityTokenNotSupported: { status: 403, message: 'This interface does not support security token.' },
  SignatureDoesNotMatch: {
    status: 403,
    message: 'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    elements: ['OSSAccessKeyId', 'SignatureProvided', 'StringToSign', 'StringToSignBytes', 'CanonicalRequest'],
  },
  TransferAccelerationDisabled: { status: 403, message: 'Transfer acceleration is disabled.' },
  UserDisable: { status: 403, message: 'UserDisable', elements: ['BucketName'], ec: '0003-00000801' },
  WORMConfigurationLocked: { status: 403, message: 'The WORM Configuration is locked.' },

  AliasNotFound: { status: 404, message: 'The specified Alias is not found.' },
  KeyNotFound: { status: 404, message: 'The specified parameter KMS keyId is not found.' },
  NoSuchBucket: { status: 404, message: 'The specified bucket does not exist.', elements: ['BucketName'], ec: '0015-00000101' },
  NoSuchBucketOverwriteConfig: { status: 404, message: 'The bucket overwrite configuration does not exist.', elements: ['BucketName'] },
  NoSuchBucketPolicy: {
    status: 404,
    message: 'The specified bucket policy does not exist.',
    elements: ['BucketName'],
    ec: '0030-00000006',
  },
  NoSuchCORSConfiguration: { status: 404, message: 'The CORS Configuration does not exist.', elements: ['BucketName'] },
  NoSuchKey: { status: 404, message: 'The specified key does not exist.', elements: ['Key'], ec: '0026-00000001' },
  NoSuchLifecycle: { status: 404, message: 'No Row found in Lifecycle Table.', elements: ['BucketName'] },
  NoSuchRegion: { status: 404, message: 'NoSuchRegion' },
  NoSuchServerSideEncryptionRule: {
    status: 404,
    message: 'The server side encryption configuration was not found.',
    elements: ['BucketName'],
  },
  NoSuchUpload: {
    status: 404,
    message: 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    elements: ['UploadId'],
  },
  NoSuchUser: { status: 404, message: 'User not found.' },
  NoSuchVersion: { status: 404, message: 'The specified version does not exist.', elements: ['Key', 'VersionId'] },
  NoSuchWebsiteConfiguration: {
    status: 404,
    message: 'The specified bucket does not have a website configuration.',
    elements: ['BucketName'],
  },
  NoSuchWORMConfiguration: { status: 404, message: 'The WORM Configuration does not exist.' },
  ObjectWormConfigurationNotFound: { status: 404, message: 'The object worm configuration does not exist.' },
  SymlinkTargetNotExist: { status: 404, message: 'The symlink target object does not exist.' },

  MethodNotAllowed: {
    status: 405,
    message: 'The specified method is not allowed against this resource.',
    elements: ['Method', 'ResourceType', 'Header'],
    ec: '0003-00000016',
  },

  AppendSealedObjectNotAllowed: { status: 409, message: 'The object is sealed, or is not appendable.' },
  ArchiveRestoreNotFinished: { status: 409, message: "The archive file's restore is not finished.", ec: '0016-00000719' },
  BucketAlreadyExists: {
    status: 409,
    message:
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    elements: ['BucketName'],
  },
  BucketNotEmpty: {
    status: 409,
    message: 'The bucket has objects. Please delete them first.',
    elements: ['BucketName'],
    ec: '0015-00000301',
  },
  FileAlreadyExists: {
    status: 409,
    message: 'The object you specified already exists and can not be overwritten.',
    ec: '0026-00000002',
  },
  FileImmutable: { status: 409, message: 'The object you specified is immutable.' },
  InvalidBucketState: { status: 409, message: 'The state of the bucket does not allow the operation.' },
  KeyDisabled: { status: 409, message: `${KMS_STATE} Disabled.` },
  KeyPendingDeletion: { status: 409, message: `${KMS_STATE} PendingDeletion.` },
  KeyPendingImport: { status: 409, message: `${KMS_STATE} PendingImport.` },
  ObjectNotAppendable: { status: 409, message: 'The object is not appendable' },
  PositionNotEqualToLength: { status: 409, message: 'Position is not equal to file length', ec: '0026-00000016' },
  RestoreAlreadyInProgress: { status: 409, message: 'The restore operation is in progress.' },
  StaleFile: { status: 409, message: 'The object was changed by another request at the same time.', ec: '0026-00000004' },
  WORMConfigurationAlreadyExists: { status: 409, message: 'The WORM Configuration already exists.' },

  MissingContentLength: { status: 411, message: 'You must provide the Content-Length HTTP header.', ec: '0017-00000101' },

  PreconditionFailed: {
    status: 412,
    message: 'At least one of the pre-conditions you specified did not hold.',
    elements: ['Condition'],
  },

  InvalidRange: {
    status: 416,
    message: 'The requested range cannot be satisfied',
    elements: ['ActualObjectSize', 'RangeRequested'],
  },

  MirrorFailed: { status: 424, message: 'Mirroring failed, please check your mirror configuration.' },

  InternalError: { status: 500, message: 'We encountered an internal error. Please try again.' },

  ActiveRequestLimitExceeded: { status: 503, message: 'Max active request limit is exceeded.' },
  CpuLimitExceeded: { status: 503, message: 'Please reduce your request rate.' },
  DownloadTrafficRateLimitExceeded: { status: 503, message: 'Please reduce your download request traffic.' },
  MetaOperationQpsLimitExceeded: { status: 503, message: 'Qps limit for the meta operation is exceeded.' },
  ServiceUnavailable: { status: 503, message: 'Thread pool is almost full, please retry later.' },
  TotalQpsLimitExceeded: { status: 503, message: 'Max total qps limit is exceeded.' },
  UploadTrafficRateLimitExceeded: { status: 503, message: 'Please reduce your upload request traffic.' },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type ErrorCode = keyof typeof errorTable;

/** The row of a code; `undefined` for one that only a foreign service knows. */
export function errorRow(code: string): ErrorRow | undefined {
  return Object.hasOwn(errorTable, code) ? errorTable[code as ErrorCode] : undefined;
}
