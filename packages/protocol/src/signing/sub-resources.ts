/**
 * The query names that V1 signs, beside every name that begins with `x-oss-`: the union of what the documentation and the official
 * SDKs list. Any other parameter can be changed on the way without harm to a V1 signature.
 */
const names = `
  accessPoint accessPointConfigForObjectProcess accessPointForObjectProcess accessPointPolicy
  accessPointPolicyForObjectProcess acl append asyncFetch bucketArchiveDirectRead bucketInfo
  callback callback-var cleanRestoredObject cloudboxes cname comp continuation-token cors
  dataPipeline delete encryption endTime group httpsConfig img inventory inventoryId legalHold
  lifecycle link live location logging metaQuery MetaQuery objectInfo objectMeta objectWorm
  overwriteConfig partNumber policy policyStatus position processConfiguration publicAccessBlock
  qos qosInfo qosRequester redundancyTransition referer regionList regions replication
  replicationLocation replicationProgress requestPayment requesterQosInfo resourceGroup
  resourcePool resourcePoolBuckets resourcePoolInfo responseHeader response-cache-control
  response-content-disposition response-content-encoding response-content-language
  response-content-type response-expires restore retention rtc seal security-token sequential
  startTime stat status style styleName symlink tagging transferAcceleration udf udfApplication
  udfApplicationLog udfId udfImage udfImageDesc udfName uploadId uploads
  userDefinedLogFieldsConfig versionId versioning versions vip vod vpcip website withHashContext
  worm wormExtend wormId
`;

const subResources: ReadonlySet<string> = new Set(names.trim().split(/\s+/));

/** Whether V1 signs a query parameter. */
export function isSubResource(name: string): boolean {
  return subResources.has(name) || name.startsWith('x-oss-');
}

/**
 * Names that some official SDKs sign with V1 and others do not: oss2 leaves `regions` out, Go v1 has it. Both are accepted, since the parameter only
 * narrows a public list.
 */
export function isDisputedSubResource(name: string): boolean {
  return name === 'regions';
}
