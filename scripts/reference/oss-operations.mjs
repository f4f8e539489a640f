// The operations of OSS: those of the official v2 SDKs (Go and Python), and those that older SDKs and the API pages have beside them. One a line: name, method, level, and the
// query names that mark it.
const LIST = `
AbortBucketWorm DELETE bucket worm
AbortMultipartUpload DELETE object uploadId
AppendObject POST object append&position
AsyncProcessObject POST object x-oss-async-process
CleanRestoredObject POST object cleanRestoredObject
CloseMetaQuery POST bucket comp&metaQuery
CompleteBucketWorm POST bucket wormId
CompleteMultipartUpload POST object uploadId
CopyObject PUT object
CreateAccessPoint PUT bucket accessPoint
CreateAccessPointForObjectProcess PUT bucket accessPointForObjectProcess
CreateBucketDataRedundancyTransition POST bucket redundancyTransition
CreateBucketMetadataConfiguration POST bucket metadataConfiguration
CreateCnameToken POST bucket cname&comp
CreateSelectObjectMeta POST object x-oss-process
DeleteAccessPoint DELETE bucket accessPoint
DeleteAccessPointForObjectProcess DELETE bucket accessPointForObjectProcess
DeleteAccessPointPolicy DELETE bucket accessPointPolicy
DeleteAccessPointPolicyForObjectProcess DELETE bucket accessPointPolicyForObjectProcess
DeleteAccessPointPublicAccessBlock DELETE bucket publicAccessBlock&x-oss-access-point-name
DeleteBucket DELETE bucket
DeleteBucketCors DELETE bucket cors
DeleteBucketDataRedundancyTransition DELETE bucket redundancyTransition
DeleteBucketEncryption DELETE bucket encryption
DeleteBucketInventory DELETE bucket inventory&inventoryId
DeleteBucketLifecycle DELETE bucket lifecycle
DeleteBucketLogging DELETE bucket logging
DeleteBucketMetadataConfiguration DELETE bucket metadataConfiguration
DeleteBucketOverwriteConfig DELETE bucket overwriteConfig
DeleteBucketPolicy DELETE bucket policy
DeleteBucketPublicAccessBlock DELETE bucket publicAccessBlock
DeleteBucketReplication POST bucket replication
DeleteBucketStorageQuota DELETE bucket quota
DeleteBucketTags DELETE bucket tagging
DeleteBucketWebsite DELETE bucket website
DeleteCname POST bucket cname&comp
DeleteLiveChannel DELETE object live
DeleteMultipleObjects POST bucket delete
DeleteObject DELETE object
DeleteObjectTagging DELETE object tagging
DeletePublicAccessBlock DELETE service publicAccessBlock
DeleteStyle DELETE bucket style&styleName
DeleteUserDefinedLogFieldsConfig DELETE bucket userDefinedLogFieldsConfig
DescribeRegions GET service regions
DoDataPipeLineAction POST service dataPipeline
DoMetaQuery POST bucket comp&metaQuery
DoMetaQueryAction POST bucket metaQuery
ExtendBucketWorm POST bucket wormId&wormExtend
GetAccessPoint GET bucket accessPoint
GetAccessPointConfigForObjectProcess GET bucket accessPointConfigForObjectProcess
GetAccessPointForObjectProcess GET bucket accessPointForObjectProcess
GetAccessPointPolicy GET bucket accessPointPolicy
GetAccessPointPolicyForObjectProcess GET bucket accessPointPolicyForObjectProcess
GetAccessPointPublicAccessBlock GET bucket publicAccessBlock&x-oss-access-point-name
GetBucketAccessMonitor GET bucket accessmonitor
GetBucketAcl GET bucket acl
GetBucketArchiveDirectRead GET bucket bucketArchiveDirectRead
GetBucketCors GET bucket cors
GetBucketDataRedundancyTransition GET bucket redundancyTransition
GetBucketEncryption GET bucket encryption
GetBucketHttpsConfig GET bucket httpsConfig
GetBucketInfo GET bucket bucketInfo
GetBucketInventory GET bucket inventory&inventoryId
GetBucketLifecycle GET bucket lifecycle
GetBucketLocation GET bucket location
GetBucketLogging GET bucket logging
GetBucketMetadataConfiguration GET bucket metadataConfiguration
GetBucketObjectWormConfiguration GET bucket objectWorm
GetBucketOverwriteConfig GET bucket overwriteConfig
GetBucketPolicy GET bucket policy
GetBucketPolicyStatus GET bucket policyStatus
GetBucketPublicAccessBlock GET bucket publicAccessBlock
GetBucketReferer GET bucket referer
GetBucketReplication GET bucket replication
GetBucketReplicationLocation GET bucket replicationLocation
GetBucketReplicationProgress GET bucket replicationProgress
GetBucketRequestPayment GET bucket requestPayment
GetBucketResourceGroup GET bucket resourceGroup
GetBucketStat GET bucket stat
GetBucketStorageQuota GET bucket quota
GetBucketTags GET bucket tagging
GetBucketTransferAcceleration GET bucket transferAcceleration
GetBucketVersioning GET bucket versioning
GetBucketWebsite GET bucket website
GetBucketWorm GET bucket worm
GetCnameToken GET bucket cname&comp
GetLiveChannelHistory GET object live&comp
GetLiveChannelInfo GET object live
GetLiveChannelStat GET object live&comp
GetMetaQueryStatus GET bucket metaQuery
GetObject GET object
GetObjectAcl GET object acl
GetObjectLegalHold GET object legalHold
GetObjectMeta HEAD object objectMeta
GetObjectRetention GET object retention
GetObjectTagging GET object tagging
GetPublicAccessBlock GET service publicAccessBlock
GetStyle GET bucket style&styleName
GetSymlink GET object symlink
GetUserDefinedLogFieldsConfig GET bucket userDefinedLogFieldsConfig
GetVodPlaylist GET object vod
HeadObject HEAD object
InitiateBucketWorm POST bucket worm
InitiateMultipartUpload POST object uploads
ListAccessPoints GET service accessPoint
ListAccessPointsForObjectProcess GET service accessPointForObjectProcess
ListBucketDataRedundancyTransition GET bucket redundancyTransition
ListBucketInventory GET bucket inventory
ListBuckets GET service
ListCloudBoxes GET service cloudboxes
ListCname GET bucket cname
ListLiveChannel GET bucket live
ListMultipartUploads GET bucket uploads
ListObjectVersions GET bucket versions
ListObjects GET bucket
ListObjectsV2 GET bucket list-type
ListParts GET object uploadId
ListStyle GET bucket style
ListUserDataRedundancyTransition GET service redundancyTransition
OpenMetaQuery POST bucket comp&metaQuery
OptionObject OPTIONS object
PostObject POST bucket
PostVodPlaylist POST object vod
ProcessObject POST object x-oss-process
PutAccessPointConfigForObjectProcess PUT bucket accessPointConfigForObjectProcess
PutAccessPointPolicy PUT bucket accessPointPolicy
PutAccessPointPolicyForObjectProcess PUT bucket accessPointPolicyForObjectProcess
PutAccessPointPublicAccessBlock PUT bucket publicAccessBlock&x-oss-access-point-name
PutBucket PUT bucket
PutBucketAccessMonitor PUT bucket accessmonitor
PutBucketAcl PUT bucket acl
PutBucketArchiveDirectRead PUT bucket bucketArchiveDirectRead
PutBucketCors PUT bucket cors
PutBucketEncryption PUT bucket encryption
PutBucketHttpsConfig PUT bucket httpsConfig
PutBucketInventory PUT bucket inventory&inventoryId
PutBucketLifecycle PUT bucket lifecycle
PutBucketLogging PUT bucket logging
PutBucketObjectWormConfiguration PUT bucket objectWorm
PutBucketOverwriteConfig PUT bucket overwriteConfig
PutBucketPolicy PUT bucket policy
PutBucketPublicAccessBlock PUT bucket publicAccessBlock
PutBucketReferer PUT bucket referer
PutBucketReplication POST bucket comp&replication
PutBucketRequestPayment PUT bucket requestPayment
PutBucketResourceGroup PUT bucket resourceGroup
PutBucketRtc PUT bucket rtc
PutBucketStorageQuota PUT bucket quota
PutBucketTags PUT bucket tagging
PutBucketTransferAcceleration PUT bucket transferAcceleration
PutBucketVersioning PUT bucket versioning
PutBucketWebsite PUT bucket website
PutCname POST bucket cname&comp
PutLiveChannel PUT object live
PutLiveChannelStatus PUT object live&status
PutObject PUT object
PutObjectAcl PUT object acl
PutObjectLegalHold PUT object legalHold
PutObjectRetention PUT object retention
PutObjectTagging PUT object tagging
PutPublicAccessBlock PUT service publicAccessBlock
PutStyle PUT bucket style&styleName
PutSymlink PUT object symlink
PutUserDefinedLogFieldsConfig PUT bucket userDefinedLogFieldsConfig
RestoreObject POST object restore
SealAppendObject POST object seal
SelectObject POST object x-oss-process
UpdateBucketMetadataInventoryTableConfiguration PUT bucket metadataInventoryTable
UpdateBucketMetadataJournalTableConfiguration PUT bucket metadataJournalTable
UploadPart PUT object partNumber&uploadId
UploadPartCopy PUT object partNumber&uploadId
WriteGetObjectResponse POST service x-oss-write-get-object-response
`;

export const ossOperations = LIST.trim()
  .split('\n')
  .map((line) => {
    const [name, method, level, marks = ''] = line.split(' ');
    return { name, method, level, marks: marks === '' ? [] : marks.split('&') };
  });
