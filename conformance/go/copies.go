package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

func copyObject(bucket, key, sourceKey string, change ...func(*oss.CopyObjectRequest)) (*oss.CopyObjectResult, error) {
	request := &oss.CopyObjectRequest{Bucket: oss.Ptr(bucket), Key: oss.Ptr(key), SourceBucket: oss.Ptr(source), SourceKey: oss.Ptr(sourceKey)}
	for _, each := range change {
		each(request)
	}
	return client.CopyObject(ctx, request)
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
	check(try(func(r *oss.CopyObjectRequest) { r.IfMatch = oss.Ptr(`"0", ` + *facts.ETag) }))
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
	_, err = partCopy(uploadId, 1, "plain.bin", "bytes=0-9", func(r *oss.UploadPartCopyRequest) {
		r.RequestCommon = oss.RequestCommon{Headers: map[string]string{"x-oss-server-side-encryption": "AES256"}}
	})
	refused("InvalidArgument", 400, err)
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
