/** Codecs of what OSS says about objects and their parts: ACL, storage class, version, part number, range, encryption, directives. */
import { anyCaseChoice, boolean, choice, integer, known, orWhenEmpty } from './codec.ts';
import { limits } from './limits.ts';
import { headerBytes } from './message.ts';
import { objectKeyFault } from './names.ts';
import { type Codec, Malformed } from './operation.ts';
import { percentDecode, percentEncode } from './percent.ts';
import { rangeFault } from './range.ts';

/** Canned ACLs of a bucket (OSS: ACL). */
export const CANNED_ACLS = ['private', 'public-read', 'public-read-write'] as const;
/** Canned ACLs of an object; `default` means that of its bucket. */
export const OBJECT_ACLS = ['default', ...CANNED_ACLS] as const;
/** Storage classes, in the letter case that OSS insists on (OSS: storage classes). */
export const STORAGE_CLASSES = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'] as const;

const UNKNOWN_ACL = 'no such bucket access control exists';

/** `x-oss-acl` of PutBucket and PutBucketAcl. */
export const bucketAcl = choice(CANNED_ACLS, { message: UNKNOWN_ACL, ec: '0015-00000204' });
/** `x-oss-object-acl`. */
export const objectAcl = choice(OBJECT_ACLS, { message: UNKNOWN_ACL });
/** A storage class that a request asks for. */
export const storageClass = choice(STORAGE_CLASSES, { message: 'No such bucket storage class exists.' });
/** A storage class that an answer tells. */
export const knownStorageClass = known(...STORAGE_CLASSES);
/** `x-oss-object-type`. */
export const knownObjectType = known('Normal', 'Multipart', 'Appendable', 'Symlink');

/** `x-oss-metadata-directive` of CopyObject. */
export const metadataDirective = anyCaseChoice(['COPY', 'REPLACE']);
/** `x-oss-tagging-directive` of CopyObject. */
export const taggingDirective = anyCaseChoice(['Copy', 'Replace']);

/** The version id of an object: opaque text in the alphabet of OSS version ids, or `null`. */
export const versionId: Codec<string> = {
  form: 'version id, or `null`',
  encode: (value) => value,
  decode: (value) => {
    if (value === '') throw new Malformed('Version id can not be the empty string.', { ec: '0012-00000201' });
    if (!isVersionId(value)) throw new Malformed('Invalid version id specified.', { ec: '0012-00000202' });
    return value;
  },
};

/** Letters, digits, `.`, `_` and `-`: base64 with three characters of its alphabet exchanged. */
export function isVersionId(value: string): boolean {
  return /^[A-Za-z0-9._-]{1,128}$/.test(value);
}

/** `version-id-marker` of ListObjectVersions. */
export const versionIdMarker: Codec<string> = {
  ...versionId,
  decode: (value) => {
    if (!isVersionId(value)) throw new Malformed('Invalid version id specified.', { ec: '0012-00000105' });
    return value;
  },
};

/** The priority of a restoration. */
export const restoreTier = choice(['Expedited', 'Standard', 'Bulk']);

/**
 * `x-oss-symlink-target`: the key that a link points to, percent-encoded; slashes may be encoded or not, and `+` is a space, as Go's SDK v1 sends it
 * (OSS: PutSymlink).
 */
export const symlinkTarget: Codec<string> = {
  form: 'key, percent-encoded',
  encode: (value) => percentEncode(value, { keepSlash: true }),
  decode: (value) => {
    const key = percentDecode(headerBytes(value), { plusAsSpace: true });
    if (key === undefined || objectKeyFault(key) !== undefined)
      throw new Malformed('The target of a symbolic link must be an object name, URL-encoded.');
    return key;
  },
};

/** The number of a part, 1 to 10000 (OSS: UploadPart). */
export const partNumber = integer(1, limits.partCountMax, {
  message: 'Part number must be an integer between 1 and 10000, inclusive.',
  ec: '0017-00000220',
  argumentName: 'PartNumber',
});

/** The number of a part in the list that makes an object; a list out of bounds is out of order (OSS: CompleteMultipartUpload). */
export const listedPartNumber = integer(1, limits.partCountMax, {
  message: 'The list of parts was not in ascending order. Parts list must specified in order by part number.',
  code: 'InvalidPartOrder',
  ec: '0042-00000209',
});

/**
 * `bytes=first-last`, `bytes=first-` or `bytes=-length`, offsets from 0, both ends included. The service takes any other text as no range and
 * answers the whole object, which a caller hardly wants: the client refuses to send one.
 */
export const range: Codec<string> = {
  form: '`bytes=first-last`, `bytes=first-` or `bytes=-length`',
  encode: (value) => {
    const fault = rangeFault(value);
    if (fault !== undefined) throw new Malformed(fault);
    return value;
  },
  decode: (value) => value,
};

/** `x-oss-server-side-encryption` of a request. */
export const serverSideEncryption = choice(['AES256', 'KMS', 'SM4'], {
  message: 'The Encryption request you specified is not valid. Supported value: AES256/SM4/KMS.',
  code: 'InvalidEncryptionAlgorithmError',
});
/** `x-oss-server-side-data-encryption` of a request. */
export const serverSideDataEncryption = choice(['SM4'], {
  message: 'The KMS Data Encryption request you specified is not valid. Supported value:SM4',
  code: 'InvalidDataEncryptionAlgorithmError',
});
/** `KMSDataEncryption` of a bucket's encryption: an empty element says nothing. */
export const kmsDataEncryption: Codec<'SM4' | ''> = orWhenEmpty<'SM4' | ''>(serverSideDataEncryption, '');

/** `x-oss-traffic-limit`: bits a second (OSS: single-connection bandwidth throttling). */
export const trafficLimit = integer(245_760, 838_860_800, {
  message: 'x-oss-traffic-limit is invalid, should be specified between 245760 and 838860800.',
  ec: '0004-00000502',
});

/** `x-oss-forbid-overwrite`. */
export const forbidOverwrite = boolean({ message: 'x-oss-forbid-overwrite must be true or false.', ec: '0017-00000279' });

/** A header that the operation does not take: present, it is an error, and no caller can give it. */
export function misplaced(message: string): Codec<never> {
  const refuse = (): never => {
    throw new Malformed(message);
  };
  return { form: 'not taken here', encode: refuse, decode: refuse };
}
