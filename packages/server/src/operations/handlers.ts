import * as acl from './acl.ts';
import { deleteBucket, getBucketInfo, getBucketLocation, getBucketStat, getBucketVersioning, putBucket } from './bucket.ts';
import { completeMultipartUpload } from './complete.ts';
import { copyObject } from './copy.ts';
import type { Handlers } from './handler.ts';
import * as list from './list.ts';
import { abortMultipartUpload, initiateMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { deleteMultipleObjects, deleteObject } from './object-delete.ts';
import { getObject, getObjectMeta, headObject } from './object-read.ts';
import { appendObject, putObject } from './object-write.ts';
import { describeRegions, listBuckets } from './service.ts';
import * as tagging from './tagging.ts';

const table = {
  listBuckets,
  describeRegions,
  putBucket,
  deleteBucket,
  getBucketInfo,
  getBucketLocation,
  getBucketStat,
  getBucketVersioning,
  ...acl,
  ...tagging,
  ...list,
  putObject,
  appendObject,
  getObject,
  headObject,
  getObjectMeta,
  deleteObject,
  deleteMultipleObjects,
  copyObject,
  initiateMultipartUpload,
  uploadPart,
  uploadPartCopy,
  completeMultipartUpload,
  abortMultipartUpload,
} satisfies Handlers;

/** What the server does for every operation of the protocol's table: one that is missing, or none of it, does not compile. */
export const handlers: Handlers = table;
