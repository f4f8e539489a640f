import { getBucketAcl, getObjectAcl, putBucketAcl, putObjectAcl } from './acl.ts';
import { deleteBucket, getBucketInfo, getBucketLocation, getBucketStat, getBucketVersioning, putBucket } from './bucket.ts';
import { copyObject } from './copy.ts';
import { listMultipartUploads, listObjects, listObjectsV2, listParts } from './list.ts';
import { abortMultipartUpload, completeMultipartUpload, initiateMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { deleteMultipleObjects, deleteObject } from './object-delete.ts';
import { getObject, getObjectMeta, headObject } from './object-read.ts';
import { appendObject, putObject } from './object-write.ts';
import { describeRegions, listBuckets } from './service.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging.ts';

/** Every operation that this project knows, by its name in camelCase: the one table that both ends walk. */
export const operations = {
  listBuckets,
  describeRegions,
  putBucket,
  deleteBucket,
  getBucketInfo,
  getBucketLocation,
  getBucketStat,
  getBucketVersioning,
  putBucketAcl,
  getBucketAcl,
  putObject,
  appendObject,
  getObject,
  headObject,
  getObjectMeta,
  deleteObject,
  deleteMultipleObjects,
  copyObject,
  putObjectAcl,
  getObjectAcl,
  putObjectTagging,
  getObjectTagging,
  deleteObjectTagging,
  initiateMultipartUpload,
  uploadPart,
  uploadPartCopy,
  completeMultipartUpload,
  abortMultipartUpload,
  listObjects,
  listObjectsV2,
  listMultipartUploads,
  listParts,
} as const;

export type Operations = typeof operations;
export type OperationKey = keyof Operations;
