import * as acl from './acl.ts';
import { deleteBucket, getBucketInfo, getBucketLocation, getBucketStat, putBucket } from './bucket.ts';
import * as bucketTags from './bucket-tags.ts';
import { completeMultipartUpload } from './complete.ts';
import { copyObject } from './copy.ts';
import * as cors from './cors.ts';
import * as encryption from './encryption.ts';
import type { Handlers } from './handler.ts';
import * as lifecycle from './lifecycle.ts';
import * as list from './list.ts';
import * as liveChannel from './live-channel.ts';
import * as logging from './logging.ts';
import { abortMultipartUpload, initiateMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { deleteMultipleObjects, deleteObject } from './object-delete.ts';
import { getObject, getObjectMeta, headObject } from './object-read.ts';
import * as objectWorm from './object-worm.ts';
import { appendObject, putObject } from './object-write.ts';
import * as overwriteConfig from './overwrite-config.ts';
import * as policy from './policy.ts';
import { postObject } from './post-object.ts';
import * as publicAccessBlock from './public-access-block.ts';
import * as referer from './referer.ts';
import * as requestPayment from './request-payment.ts';
import { cleanRestoredObject, restoreObject } from './restore.ts';
import { sealAppendObject } from './seal.ts';
import { describeRegions, listBuckets } from './service.ts';
import { getSymlink, putSymlink } from './symlink.ts';
import * as tagging from './tagging.ts';
import * as versioning from './versioning.ts';
import * as worm from './worm.ts';

const table = {
  listBuckets,
  describeRegions,
  putBucket,
  deleteBucket,
  getBucketInfo,
  getBucketLocation,
  getBucketStat,
  ...acl,
  ...tagging,
  ...versioning,
  ...encryption,
  ...bucketTags,
  ...cors,
  ...lifecycle,
  ...list,
  ...liveChannel,
  ...logging,
  ...overwriteConfig,
  ...requestPayment,
  ...policy,
  ...publicAccessBlock,
  ...referer,
  ...objectWorm,
  ...worm,
  putObject,
  postObject,
  appendObject,
  getObject,
  headObject,
  getObjectMeta,
  deleteObject,
  deleteMultipleObjects,
  putSymlink,
  getSymlink,
  restoreObject,
  cleanRestoredObject,
  sealAppendObject,
  copyObject,
  initiateMultipartUpload,
  uploadPart,
  uploadPartCopy,
  completeMultipartUpload,
  abortMultipartUpload,
} satisfies Handlers;

/** What the server does for every operation of the protocol's table: one that is missing, or none of it, does not compile. */
export const handlers: Handlers = table;
