package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

var behaviours = []struct {
	name string
	run  func()
}{
	{"buckets: create, list, info, location, stat", buckets},
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
	{"copy: what is not built is refused", copyRefused},
	{"multipart upload, part and upload listings", multipart},
	{"abort", abort},
	{"multipart copy: the seed document, start to end", multipartCopy},
	{"part copy: ranges, conditions, errors", partCopyEdges},
	{"the SDK's own copier, uploader and downloader", copier},
	{"signatures: V1, presigned V4 and V1", signatures},
	{"virtual-hosted style", virtualHosted},
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

func copyObject(bucket, key, sourceKey string, change ...func(*oss.CopyObjectRequest)) (*oss.CopyObjectResult, error) {
	request := &oss.CopyObjectRequest{Bucket: oss.Ptr(bucket), Key: oss.Ptr(key), SourceBucket: oss.Ptr(source), SourceKey: oss.Ptr(sourceKey)}
	for _, each := range change {
		each(request)
	}
	return client.CopyObject(ctx, request)
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
	for _, name := range []string{source, destination} {
		must(client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: oss.Ptr(name)}))
	}
	listed := must(client.ListBuckets(ctx, &oss.ListBucketsRequest{Prefix: oss.Ptr(os.Getenv("OSS_RUN") + "-go2")}))
	equal(len(listed.Buckets), 2, "buckets")
	info := must(client.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: oss.Ptr(source)})).BucketInfo
	equal(*info.Name+" "+*info.Location+" "+*info.StorageClass+" "+*info.ACL, source+" oss-"+region+" Standard private", "info")
	equal(*must(client.GetBucketLocation(ctx, &oss.GetBucketLocationRequest{Bucket: oss.Ptr(source)})).LocationConstraint, "oss-"+region, "location")
	equal(must(client.GetBucketStat(ctx, &oss.GetBucketStatRequest{Bucket: oss.Ptr(source)})).ObjectCount, 0, "objects")
	equal(must(client.IsBucketExist(ctx, source)), true, "exists")
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

func copies() {
	facts := head(source, "plain.bin")
	for _, bucket := range []string{source, destination} {
		result := must(copyObject(bucket, "copied.bin", "plain.bin"))
		equal(*result.ETag+*result.HashCRC64, *facts.ETag+*facts.HashCRC64, "etag and crc")
		equal(bytes.Equal(get(bucket, "copied.bin"), data(300*kib, "1")), true, "content")
	}
	_, err := copyObject(destination, "x", "missing")
	refused("NoSuchKey", 404, err)
}

func copyConditions() {
	facts := head(source, "plain.bin")
	stamp := facts.LastModified.UTC()
	same, before := stamp.Format(http.TimeFormat), stamp.Add(-time.Hour).Format(http.TimeFormat)
	try := func(change func(*oss.CopyObjectRequest)) error {
		_, err := copyObject(destination, "c", "plain.bin", change)
		return err
	}
	check(try(func(r *oss.CopyObjectRequest) { r.IfMatch = facts.ETag }))
	refused("PreconditionFailed", 412, try(func(r *oss.CopyObjectRequest) { r.IfMatch = oss.Ptr("x") }))
	check(try(func(r *oss.CopyObjectRequest) { r.IfNoneMatch = oss.Ptr("x") }))
	notModified(try(func(r *oss.CopyObjectRequest) { r.IfNoneMatch = facts.ETag }))
	check(try(func(r *oss.CopyObjectRequest) { r.IfUnmodifiedSince = &same }))
	refused("PreconditionFailed", 412, try(func(r *oss.CopyObjectRequest) { r.IfUnmodifiedSince = &before }))
	check(try(func(r *oss.CopyObjectRequest) { r.IfModifiedSince = &before }))
	notModified(try(func(r *oss.CopyObjectRequest) { r.IfModifiedSince = &same }))
}

func copyMetadata() {
	put(source, "meta", []byte("m"), func(r *oss.PutObjectRequest) {
		r.Metadata = map[string]string{"a": "1"}
		r.ContentType = oss.Ptr("text/a")
	})
	must(copyObject(destination, "meta", "meta", func(r *oss.CopyObjectRequest) { r.Metadata = map[string]string{"b": "2"} }))
	equal(head(destination, "meta").Metadata["a"], "1", "COPY")
	replace := func(r *oss.CopyObjectRequest) {
		r.MetadataDirective = oss.Ptr("REPLACE")
		r.Metadata = map[string]string{"b": "2"}
	}
	must(copyObject(destination, "meta", "meta", replace))
	facts := head(destination, "meta")
	equal(facts.Metadata["a"]+facts.Metadata["b"], "2", "REPLACE")
	must(copyObject(source, "meta", "meta", replace))
	equal(head(source, "meta").Metadata["b"], "2", "onto itself")
}

func copyTagging() {
	put(source, "tagged", []byte("t"), func(r *oss.PutObjectRequest) { r.Tagging = oss.Ptr("k1=v1") })
	must(copyObject(destination, "tagged", "tagged"))
	equal(tagsOf(destination, "tagged"), "k1=v1", "Copy")
	must(copyObject(destination, "tagged", "tagged", func(r *oss.CopyObjectRequest) {
		r.Tagging, r.TaggingDirective = oss.Ptr("k2=v2"), oss.Ptr("Replace")
	}))
	equal(tagsOf(destination, "tagged"), "k2=v2", "Replace")
}

func copyGuards() {
	guard := func(r *oss.CopyObjectRequest) {
		r.ForbidOverwrite, r.Acl, r.StorageClass = oss.Ptr("true"), oss.ObjectACLPublicRead, oss.StorageClassIA
	}
	must(copyObject(destination, "guarded", "plain.bin", guard))
	equal(*head(destination, "guarded").StorageClass, "IA", "storage class")
	_, err := copyObject(destination, "guarded", "plain.bin", guard)
	refused("FileAlreadyExists", 409, err)
}

func copyRefused() {
	for _, change := range []func(*oss.CopyObjectRequest){
		func(r *oss.CopyObjectRequest) { r.ServerSideEncryption = oss.Ptr("AES256") },
		func(r *oss.CopyObjectRequest) { r.TrafficLimit = 819200 },
		func(r *oss.CopyObjectRequest) { r.SourceVersionId = oss.Ptr("CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2") },
	} {
		_, err := copyObject(destination, "e", "plain.bin", change)
		refused("NotImplemented", 400, err)
	}
	equal(must(client.IsObjectExist(ctx, destination, "e")), false, "exists")
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

func partCopy(uploadId *string, number int32, sourceKey, sourceRange string, change ...func(*oss.UploadPartCopyRequest)) (*oss.UploadPartCopyResult, error) {
	request := &oss.UploadPartCopyRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("large"), UploadId: uploadId, PartNumber: number,
		SourceBucket: oss.Ptr(source), SourceKey: oss.Ptr(sourceKey), Range: oss.Ptr(sourceRange)}
	for _, each := range change {
		each(request)
	}
	return client.UploadPartCopy(ctx, request)
}

func multipartCopy() {
	body := data(5*kib*kib+12345, "seed")
	put(source, "large", body)
	uploadId, parts := initiate("large"), []oss.UploadPart{}
	for offset := 0; offset < len(body); offset += kib * kib {
		end := min(offset+kib*kib, len(body)) - 1
		number := int32(len(parts) + 1)
		part := must(partCopy(uploadId, number, "large", fmt.Sprintf("bytes=%d-%d", offset, end)))
		equal(*part.ETag, etag(body[offset:end+1]), "etag")
		equal(part.Headers.Get("Content-Range"), fmt.Sprintf("bytes %d-%d/%d", offset, end, len(body)), "content range")
		parts = append(parts, oss.UploadPart{PartNumber: number, ETag: part.ETag})
	}
	done := must(complete("large", uploadId, parts))
	equal(*done.HashCRC64, *head(source, "large").HashCRC64, "crc")
	equal(*done.Bucket+*done.Key, destination+"large", "address")
	equal(bytes.Equal(get(destination, "large"), body), true, "content")
}

func partCopyEdges() {
	uploadId := initiate("large")
	whole := must(partCopy(uploadId, 1, "plain.bin", fmt.Sprintf("bytes=0-%d", 300*kib)))
	equal(*whole.ETag, etag(data(300*kib, "1")), "a range beyond the end")
	_, err := partCopy(uploadId, 1, "plain.bin", "bytes=0-9", func(r *oss.UploadPartCopyRequest) { r.IfMatch = oss.Ptr("x") })
	refused("PreconditionFailed", 412, err)
	_, err = partCopy(uploadId, 1, "missing", "bytes=0-9")
	refused("NoSuchKey", 404, err)
	_, err = partCopy(oss.Ptr(strings.Repeat("0", 32)), 1, "plain.bin", "bytes=0-9")
	refused("NoSuchUpload", 404, err)
	must(client.AbortMultipartUpload(ctx, &oss.AbortMultipartUploadRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("large"), UploadId: uploadId}))
}

func copier() {
	copier := client.NewCopier(func(o *oss.CopierOptions) {
		o.PartSize, o.MultipartCopyThreshold, o.DisableShallowCopy = kib*kib, kib*kib, true
	})
	result := must(copier.Copy(ctx, &oss.CopyObjectRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("by-copier"), SourceBucket: oss.Ptr(source), SourceKey: oss.Ptr("large")}))
	equal(*result.HashCRC64, *head(source, "large").HashCRC64, "crc")
	folder := must(os.MkdirTemp("", "ossature-"))
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "file")
	must(client.NewDownloader(func(o *oss.DownloaderOptions) { o.PartSize = kib * kib }).DownloadFile(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("large")}, path))
	must(client.NewUploader(func(o *oss.UploaderOptions) { o.PartSize = kib * kib }).UploadFile(ctx, &oss.PutObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("uploaded")}, path))
	equal(bytes.Equal(get(source, "uploaded"), data(5*kib*kib+12345, "seed")), true, "content")
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
	for _, bucket := range []string{source, destination} {
		pages := client.NewListObjectsV2Paginator(&oss.ListObjectsV2Request{Bucket: oss.Ptr(bucket)})
		for pages.HasNext() {
			for _, each := range must(pages.NextPage(ctx)).Contents {
				must(client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: oss.Ptr(bucket), Key: each.Key}))
			}
		}
		equal(must(client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: oss.Ptr(bucket)})).StatusCode, 204, "status")
	}
	_, err = client.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: oss.Ptr(source)})
	refused("NoSuchBucket", 404, err)
}
