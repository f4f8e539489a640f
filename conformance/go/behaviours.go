package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"sort"
	"strings"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

var behaviours = []struct {
	name string
	run  func()
}{
	{"buckets: create, list, info, location, stat", buckets},
	{"regions", regions},
	{"block public access", blockPublicAccess},
	{"bucket ACL", bucketAcl},
	{"put, get, head, meta, ranges", putAndGet},
	{"keys of any script", keysOfAnyScript},
	{"listing: pages, prefixes, delimiters", listing},
	{"delete and multi-delete", deleting},
	{"append", appending},
	{"object ACL", objectAcl},
	{"object tagging", objectTagging},
	{"copy in a bucket and between buckets", copies},
	{"copy: the four conditions", copyConditions},
	{"copy: metadata directive", copyMetadata},
	{"copy: tagging directive", copyTagging},
	{"copy: forbid overwrite, ACL, storage class", copyGuards},
	{"multipart upload, part and upload listings", multipart},
	{"abort", abort},
	{"multipart copy: the seed document, start to end", multipartCopy},
	{"part copy: ranges, conditions, errors", partCopyEdges},
	{"the SDK's own copier, uploader and downloader", copier},
	{"signatures: V1, presigned V4 and V1", signatures},
	{"virtual-hosted style", virtualHosted},
	{"versions: enable, list, copy a version, delete markers", versions},
	{"versions: meta, tags and ACL by id, deletion for good", versionFacts},
	{"versions: pages of the listing", versionPages},
	{"versions: copies onto versions, suspended, forbid overwrite", versionCopies},
	{"encryption at rest", encryption},
	{"encryption: default of the bucket", encryptionDefault},
	{"copy: encryption there and back", encryptionCopies},
	{"archive and restore", archive},
	{"retention", retention},
	{"retention of objects, legal hold", objectRetention},
	{"symlinks", symlinks},
	{"seal an appendable object", seal},
	{"persistent headers", persistentHeaders},
	{"traffic limit", trafficLimit},
	{"bucket tags", bucketTags},
	{"CORS and preflight", cors},
	{"lifecycle", lifecycle},
	{"logging", logging},
	{"referer", referer},
	{"request payment", requestPayment},
	{"overwrite rules", overwriteRules},
	{"what is not built is refused", notBuilt},
	{"bucket policy", bucketPolicy},
	{"STS: temporary credentials, session policy", sts},
	{"presigned URLs", presigned},
	{"form upload: V1 and V4", forms},
	{"callback", callback},
	{"delete bucket", deleteBuckets},
}

func put(bucket, key string, body []byte, change ...func(*oss.PutObjectRequest)) *oss.PutObjectResult {
	request := &oss.PutObjectRequest{Bucket: oss.Ptr(bucket), Key: oss.Ptr(key), Body: bytes.NewReader(body)}
	for _, each := range change {
		each(request)
	}
	return must(client.PutObject(ctx, request))
}

func get(bucket, key string) []byte {
	result := must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(bucket), Key: oss.Ptr(key)}))
	defer result.Body.Close()
	return must(io.ReadAll(result.Body))
}

func head(bucket, key string) *oss.HeadObjectResult {
	return must(client.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: oss.Ptr(bucket), Key: oss.Ptr(key)}))
}

func tryGet(bucket, key string) error {
	result, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(bucket), Key: oss.Ptr(key)})
	if err == nil {
		result.Body.Close()
	}
	return err
}

func tagsOf(bucket, key string) string {
	result := must(client.GetObjectTagging(ctx, &oss.GetObjectTaggingRequest{Bucket: oss.Ptr(bucket), Key: oss.Ptr(key)}))
	pairs := []string{}
	for _, tag := range result.Tags {
		pairs = append(pairs, *tag.Key+"="+*tag.Value)
	}
	sort.Strings(pairs)
	return strings.Join(pairs, "&")
}

func buckets() {
	for _, name := range []string{source, destination, versioned} {
		must(client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: oss.Ptr(name)}))
	}
	listed := must(client.ListBuckets(ctx, &oss.ListBucketsRequest{Prefix: oss.Ptr(os.Getenv("OSS_RUN") + "-go2")}))
	equal(len(listed.Buckets), 3, "buckets")
	info := must(client.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: oss.Ptr(source)})).BucketInfo
	equal(*info.Name+" "+*info.Location+" "+*info.StorageClass+" "+*info.ACL, source+" oss-"+region+" Standard private", "info")
	equal(*must(client.GetBucketLocation(ctx, &oss.GetBucketLocationRequest{Bucket: oss.Ptr(source)})).LocationConstraint, "oss-"+region, "location")
	equal(must(client.GetBucketStat(ctx, &oss.GetBucketStatRequest{Bucket: oss.Ptr(source)})).ObjectCount, 0, "objects")
	equal(must(client.IsBucketExist(ctx, source)), true, "exists")
}

func regions() {
	only := must(client.DescribeRegions(ctx, &oss.DescribeRegionsRequest{Regions: oss.Ptr("oss-" + region)})).RegionInfoList.RegionInfos
	equal(len(only), 1, "regions")
	equal(*only[0].Region+" "+*only[0].InternetEndpoint, "oss-"+region+" oss-"+region+".aliyuncs.com", "region")
}

func blockPublicAccess() {
	equal(*must(client.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: oss.Ptr(source)})).BucketInfo.BlockPublicAccess, true, "a new bucket")
	_, err := client.PutBucketAcl(ctx, &oss.PutBucketAclRequest{Bucket: oss.Ptr(source), Acl: oss.BucketACLPublicRead})
	refused("AccessDenied", 403, err)
	for _, bucket := range []string{source, destination, versioned} {
		must(client.PutBucketPublicAccessBlock(ctx, &oss.PutBucketPublicAccessBlockRequest{Bucket: oss.Ptr(bucket),
			PublicAccessBlockConfiguration: &oss.PublicAccessBlockConfiguration{BlockPublicAccess: oss.Ptr(false)}}))
		stored := must(client.GetBucketPublicAccessBlock(ctx, &oss.GetBucketPublicAccessBlockRequest{Bucket: oss.Ptr(bucket)}))
		equal(*stored.PublicAccessBlockConfiguration.BlockPublicAccess, false, "block")
	}
	account := must(client.GetPublicAccessBlock(ctx, &oss.GetPublicAccessBlockRequest{}))
	equal(*account.PublicAccessBlockConfiguration.BlockPublicAccess, false, "of the account")
}

func bucketAcl() {
	for _, acl := range []oss.BucketACLType{oss.BucketACLPublicRead, oss.BucketACLPrivate} {
		must(client.PutBucketAcl(ctx, &oss.PutBucketAclRequest{Bucket: oss.Ptr(source), Acl: acl}))
		equal(*must(client.GetBucketAcl(ctx, &oss.GetBucketAclRequest{Bucket: oss.Ptr(source)})).ACL, string(acl), "acl")
	}
}

func putAndGet() {
	body := data(300*kib, "1")
	result := put(source, "plain.bin", body, func(r *oss.PutObjectRequest) {
		r.Metadata = map[string]string{"Author": "ada"}
		r.ContentType = oss.Ptr("application/x-test")
	})
	equal(*result.ETag, etag(body), "etag")
	equal(bytes.Equal(get(source, "plain.bin"), body), true, "content")
	facts := head(source, "plain.bin")
	equal(facts.Metadata["author"]+" "+*facts.ContentType+" "+*facts.ObjectType, "ada application/x-test Normal", "head")
	equal(*facts.HashCRC64, *result.HashCRC64, "crc")
	equal(must(client.GetObjectMeta(ctx, &oss.GetObjectMetaRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin")})).ContentLength, int64(len(body)), "meta")
	part := must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin"), Range: oss.Ptr("bytes=100-199")}))
	equal(*part.ContentRange, fmt.Sprintf("bytes 100-199/%d", len(body)), "content range")
	equal(bytes.Equal(must(io.ReadAll(part.Body)), body[100:200]), true, "range")
	part.Body.Close()
	_, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin"), Range: oss.Ptr("bytes=400000-"), RangeBehavior: oss.Ptr("standard")})
	refused("InvalidRange", 416, err)
	equal(must(client.IsObjectExist(ctx, source, "nothing")), false, "exists")
}

func keysOfAnyScript() {
	keys := []string{"目录/文件 +%&=?#.txt", "a//b/c", "quote'\"<>", "😀", "control-\x01\x1f"}
	for _, key := range keys {
		put(source, key, []byte(key))
		must(copyObject(destination, key, key))
		equal(string(get(destination, key)), key, "copy")
	}
	sort.Strings(keys)
	listed := []string{}
	for _, each := range must(client.ListObjectsV2(ctx, &oss.ListObjectsV2Request{Bucket: oss.Ptr(destination)})).Contents {
		listed = append(listed, *each.Key)
	}
	equal(strings.Join(listed, "|"), strings.Join(keys, "|"), "listing")
}

func listing() {
	for i := 0; i < 25; i++ {
		put(source, fmt.Sprintf("list/%d/%02d", i%5, i), nil)
	}
	count := 0
	pages := client.NewListObjectsV2Paginator(&oss.ListObjectsV2Request{Bucket: oss.Ptr(source), Prefix: oss.Ptr("list/"), MaxKeys: 7})
	for pages.HasNext() {
		count += len(must(pages.NextPage(ctx)).Contents)
	}
	equal(count, 25, "objects")
	grouped := must(client.ListObjects(ctx, &oss.ListObjectsRequest{Bucket: oss.Ptr(source), Prefix: oss.Ptr("list/"), Delimiter: oss.Ptr("/")}))
	equal(len(grouped.CommonPrefixes), 5, "common prefixes")
}

func deleting() {
	put(source, "gone", []byte("x"))
	for range 2 {
		equal(must(client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("gone")})).StatusCode, 204, "delete")
	}
	_, err := client.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("gone")})
	refused("NoSuchKey", 404, err)
	objects := []oss.DeleteObject{}
	for i := 0; i < 25; i++ {
		objects = append(objects, oss.DeleteObject{Key: oss.Ptr(fmt.Sprintf("list/%d/%02d", i%5, i))})
	}
	equal(len(must(client.DeleteMultipleObjects(ctx, &oss.DeleteMultipleObjectsRequest{Bucket: oss.Ptr(source), Objects: objects})).DeletedObjects), 25, "deleted")
}

func appending() {
	first := must(client.AppendObject(ctx, &oss.AppendObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("log"), Position: oss.Ptr(int64(0)), Body: strings.NewReader("hello ")}))
	second := must(client.AppendObject(ctx, &oss.AppendObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("log"), Position: oss.Ptr(first.NextPosition), Body: strings.NewReader("world"), InitHashCRC64: first.HashCRC64}))
	equal(*second.HashCRC64, "5981764153023615706", "crc")
	_, err := client.AppendObject(ctx, &oss.AppendObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("log"), Position: oss.Ptr(int64(3)), Body: strings.NewReader("x")})
	refused("PositionNotEqualToLength", 409, err)
}

func objectAcl() {
	for _, each := range []struct {
		acl    oss.ObjectACLType
		status int
	}{{oss.ObjectACLPublicRead, 200}, {oss.ObjectACLPrivate, 403}} {
		must(client.PutObjectAcl(ctx, &oss.PutObjectAclRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin"), Acl: each.acl}))
		equal(*must(client.GetObjectAcl(ctx, &oss.GetObjectAclRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin")})).ACL, string(each.acl), "acl")
		response := must(http.Get(endpoint + "/" + source + "/plain.bin"))
		response.Body.Close()
		equal(response.StatusCode, each.status, "anonymous")
	}
}

func objectTagging() {
	tagging := &oss.Tagging{TagSet: &oss.TagSet{Tags: []oss.Tag{{Key: oss.Ptr("k"), Value: oss.Ptr("中文 +/")}}}}
	must(client.PutObjectTagging(ctx, &oss.PutObjectTaggingRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin"), Tagging: tagging}))
	equal(tagsOf(source, "plain.bin"), "k=中文 +/", "tags")
	must(client.DeleteObjectTagging(ctx, &oss.DeleteObjectTaggingRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin")}))
	equal(tagsOf(source, "plain.bin"), "", "tags")
}

func initiate(key string) *string {
	return must(client.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr(key)})).UploadId
}

func complete(key string, uploadId *string, parts []oss.UploadPart) (*oss.CompleteMultipartUploadResult, error) {
	return client.CompleteMultipartUpload(ctx, &oss.CompleteMultipartUploadRequest{
		Bucket: oss.Ptr(destination), Key: oss.Ptr(key), UploadId: uploadId, CompleteMultipartUpload: &oss.CompleteMultipartUpload{Parts: parts}})
}

func multipart() {
	uploadId, parts, whole := initiate("big"), []oss.UploadPart{}, []byte{}
	for number := int32(1); number <= 3; number++ {
		body := data(110*kib, fmt.Sprint(number))
		whole = append(whole, body...)
		part := must(client.UploadPart(ctx, &oss.UploadPartRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("big"), UploadId: uploadId, PartNumber: number, Body: bytes.NewReader(body)}))
		parts = append(parts, oss.UploadPart{PartNumber: number, ETag: part.ETag})
	}
	listed := must(client.ListParts(ctx, &oss.ListPartsRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("big"), UploadId: uploadId, MaxParts: 2}))
	equal(fmt.Sprint(len(listed.Parts), listed.IsTruncated, *listed.Parts[0].HashCRC64 != ""), "2 true true", "parts")
	uploads := must(client.ListMultipartUploads(ctx, &oss.ListMultipartUploadsRequest{Bucket: oss.Ptr(destination)})).Uploads
	equal(len(uploads), 1, "uploads")
	_, err := complete("big", uploadId, []oss.UploadPart{{PartNumber: 1, ETag: oss.Ptr("x")}})
	refused("InvalidPart", 400, err)
	equal(strings.HasSuffix(*must(complete("big", uploadId, parts)).ETag, `-3"`), true, "etag")
	equal(bytes.Equal(get(destination, "big"), whole), true, "content")
}

func abort() {
	request := &oss.AbortMultipartUploadRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("aborted"), UploadId: initiate("aborted")}
	equal(must(client.AbortMultipartUpload(ctx, request)).StatusCode, 204, "status")
	_, err := client.AbortMultipartUpload(ctx, request)
	refused("NoSuchUpload", 404, err)
}

func signatures() {
	first := newClient(endpoint, func(c *oss.Config) { c.WithSignatureVersion(oss.SignatureVersionV1) })
	must(first.PutObject(ctx, &oss.PutObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("v1 +签"), Body: strings.NewReader("v1")}))
	for _, each := range []*oss.Client{client, first} {
		signed := must(each.Presign(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("v1 +签")}))
		response := must(http.Get(signed.URL))
		equal(string(must(io.ReadAll(response.Body))), "v1", "presigned")
		response.Body.Close()
	}
	wrong := newClient(endpoint, func(c *oss.Config) {
		c.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(os.Getenv("OSS_ACCESS_KEY_ID"), "wrong"))
	})
	_, err := wrong.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin")})
	refused("SignatureDoesNotMatch", 403, err)
}

func virtualHosted() {
	virtual := newClient(os.Getenv("OSS_VIRTUAL_ENDPOINT"), func(c *oss.Config) { c.WithHttpClient(loopback()) })
	must(virtual.CopyObject(ctx, &oss.CopyObjectRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("virtual"), SourceBucket: oss.Ptr(source), SourceKey: oss.Ptr("plain.bin")}))
	equal(must(virtual.IsObjectExist(ctx, destination, "virtual")), true, "exists")
}

func deleteBuckets() {
	_, err := client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: oss.Ptr(source)})
	refused("BucketNotEmpty", 409, err)
	for _, bucket := range []string{source, destination, versioned} {
		empty(bucket)
		equal(must(client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: oss.Ptr(bucket)})).StatusCode, 204, "status")
	}
	_, err = client.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: oss.Ptr(source)})
	refused("NoSuchBucket", 404, err)
}

func empty(bucket string) {
	for {
		page := must(client.ListObjectVersions(ctx, &oss.ListObjectVersionsRequest{Bucket: oss.Ptr(bucket), MaxKeys: 1000}))
		objects := []oss.DeleteObject{}
		for _, each := range page.ObjectVersions {
			objects = append(objects, oss.DeleteObject{Key: each.Key, VersionId: each.VersionId})
		}
		for _, each := range page.ObjectDeleteMarkers {
			objects = append(objects, oss.DeleteObject{Key: each.Key, VersionId: each.VersionId})
		}
		if len(objects) == 0 {
			return
		}
		must(client.DeleteMultipleObjects(ctx, &oss.DeleteMultipleObjectsRequest{Bucket: oss.Ptr(bucket), Objects: objects[:min(len(objects), 1000)]}))
	}
}
