package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

func setVersioning(bucket string, status oss.VersioningStatusType) {
	must(client.PutBucketVersioning(ctx, &oss.PutBucketVersioningRequest{Bucket: oss.Ptr(bucket), VersioningConfiguration: &oss.VersioningConfiguration{Status: status}}))
}

func putVersion(key, body string) *string {
	return put(versioned, key, []byte(body)).VersionId
}

func tryVersion(key string, versionId *string) (string, error) {
	result, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr(key), VersionId: versionId})
	if err != nil {
		return "", err
	}
	defer result.Body.Close()
	return string(must(io.ReadAll(result.Body))), nil
}

func getVersion(key string, versionId *string) string {
	return must(tryVersion(key, versionId))
}

func copyVersion(key, sourceKey string, sourceVersionId *string, change ...func(*oss.CopyObjectRequest)) (*oss.CopyObjectResult, error) {
	return copyObject(versioned, key, sourceKey, append(change, func(r *oss.CopyObjectRequest) {
		r.SourceBucket, r.SourceVersionId = oss.Ptr(versioned), sourceVersionId
	})...)
}

func deleteVersion(key string, versionId *string) *oss.DeleteObjectResult {
	return must(client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr(key), VersionId: versionId}))
}

// Ids of versions, newest first, and of delete markers; a star marks the latest.
func versionsOf(prefix string) (string, string) {
	page := must(client.ListObjectVersions(ctx, &oss.ListObjectVersionsRequest{Bucket: oss.Ptr(versioned), Prefix: oss.Ptr(prefix)}))
	versions, markers := []string{}, []string{}
	for _, each := range page.ObjectVersions {
		versions = append(versions, *each.VersionId)
	}
	for _, each := range page.ObjectDeleteMarkers {
		markers = append(markers, fmt.Sprint(*each.VersionId, each.IsLatest))
	}
	return strings.Join(versions, " "), strings.Join(markers, " ")
}

func versions() {
	putVersion("older", "before")
	setVersioning(versioned, oss.VersionEnabled)
	equal(*must(client.GetBucketVersioning(ctx, &oss.GetBucketVersioningRequest{Bucket: oss.Ptr(versioned)})).VersionStatus, "Enabled", "status")
	equal(*head(versioned, "older").VersionId, "null", "written before")
	first, second := putVersion("v", "first"), putVersion("v", "second")
	equal(strings.HasPrefix(*first, "CAEQ") && *first != *second, true, "ids")
	rolledBack := must(copyVersion("v", "v", first))
	equal(*rolledBack.SourceVersionId, *first, "version that was copied")
	equal(string(get(versioned, "v")), "first", "current")
	equal(getVersion("v", second), "second", "named version")
	marker := deleteVersion("v", nil)
	equal(marker.DeleteMarker, true, "delete marker")
	refused("NoSuchKey", 404, tryGet(versioned, "v"))
	_, err := tryVersion("v", marker.VersionId)
	refused("MethodNotAllowed", 405, err)
	_, err = copyVersion("w", "v", nil)
	refused("NoSuchKey", 404, err)
	listed, markers := versionsOf("v")
	equal(listed, *rolledBack.VersionId+" "+*second+" "+*first, "the newest first")
	equal(markers, *marker.VersionId+"true", "markers")
	gone := deleteVersion("v", marker.VersionId)
	equal(fmt.Sprint(gone.DeleteMarker, *gone.VersionId), "true"+*marker.VersionId, "marker that was deleted")
	equal(string(get(versioned, "v")), "first", "without its marker")
}

func versionFacts() {
	one, two := putVersion("facts", "1"), putVersion("facts", "22")
	meta := must(client.GetObjectMeta(ctx, &oss.GetObjectMetaRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("facts"), VersionId: one}))
	equal(fmt.Sprint(meta.ContentLength, *meta.VersionId), "1"+*one, "meta")
	tagging := &oss.Tagging{TagSet: &oss.TagSet{Tags: []oss.Tag{{Key: oss.Ptr("which"), Value: oss.Ptr("old")}}}}
	must(client.PutObjectTagging(ctx, &oss.PutObjectTaggingRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("facts"), VersionId: one, Tagging: tagging}))
	equal(tagsOf(versioned, "facts"), "", "tags of the current version")
	tags := must(client.GetObjectTagging(ctx, &oss.GetObjectTaggingRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("facts"), VersionId: one})).Tags
	equal(fmt.Sprint(len(tags), *tags[0].Value), "1old", "tags of the older version")
	must(client.PutObjectAcl(ctx, &oss.PutObjectAclRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("facts"), VersionId: one, Acl: oss.ObjectACLPublicRead}))
	equal(*must(client.GetObjectAcl(ctx, &oss.GetObjectAclRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("facts"), VersionId: one})).ACL, "public-read", "acl")
	equal(*must(client.GetObjectAcl(ctx, &oss.GetObjectAclRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("facts")})).ACL, "default", "acl")
	equal(*deleteVersion("facts", two).VersionId, *two, "deleted")
	equal(string(get(versioned, "facts")), "1", "current")
	_, err := tryVersion("facts", two)
	refused("NoSuchVersion", 404, err)
	_, err = tryVersion("facts", oss.Ptr("%%%"))
	refused("InvalidArgument", 400, err)
	must(client.DeleteMultipleObjects(ctx, &oss.DeleteMultipleObjectsRequest{Bucket: oss.Ptr(versioned), Objects: []oss.DeleteObject{{Key: oss.Ptr("facts"), VersionId: one}}}))
	listed, markers := versionsOf("facts")
	equal(listed+markers, "", "what is left")
}

func versionPages() {
	expected := []string{}
	for _, key := range []string{"page/a", "page/b", "page/sub/c"} {
		a, b, c := putVersion(key, "1"), putVersion(key, "2"), putVersion(key, "3")
		expected = append(expected, key+*c, key+*b, key+*a)
	}
	for _, limit := range []int32{1, 2, 5} {
		found := []string{}
		request := &oss.ListObjectVersionsRequest{Bucket: oss.Ptr(versioned), Prefix: oss.Ptr("page/"), MaxKeys: limit}
		for pages := client.NewListObjectVersionsPaginator(request); pages.HasNext(); {
			for _, each := range must(pages.NextPage(ctx)).ObjectVersions {
				found = append(found, *each.Key+*each.VersionId)
			}
		}
		equal(strings.Join(found, " "), strings.Join(expected, " "), fmt.Sprint("pages of ", limit))
	}
	grouped := must(client.ListObjectVersions(ctx, &oss.ListObjectVersionsRequest{Bucket: oss.Ptr(versioned), Prefix: oss.Ptr("page/"), Delimiter: oss.Ptr("/")}))
	equal(fmt.Sprint(len(grouped.CommonPrefixes), *grouped.CommonPrefixes[0].Prefix, len(grouped.ObjectVersions)), "1page/sub/6", "grouped")
}

func versionCopies() {
	kept := putVersion("onto", "kept")
	putVersion("from", "from")
	copied := must(copyVersion("onto", "from", nil, func(r *oss.CopyObjectRequest) { r.ForbidOverwrite = oss.Ptr("true") }))
	equal(*copied.VersionId != *kept, true, "not asked where there are versions")
	equal(getVersion("onto", kept), "kept", "older version")
	uploadId := must(client.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("onto")})).UploadId
	part := must(client.UploadPartCopy(ctx, &oss.UploadPartCopyRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("onto"), UploadId: uploadId, PartNumber: 1,
		SourceBucket: oss.Ptr(versioned), SourceKey: oss.Ptr("onto"), SourceVersionId: kept}))
	equal(part.Headers.Get("x-oss-copy-source-version-id"), *kept, "version that was copied")
	done := must(client.CompleteMultipartUpload(ctx, &oss.CompleteMultipartUploadRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("onto"), UploadId: uploadId,
		CompleteMultipartUpload: &oss.CompleteMultipartUpload{Parts: []oss.UploadPart{{PartNumber: 1, ETag: part.ETag}}}}))
	equal(getVersion("onto", done.VersionId), "kept", "version from parts")
	marker := deleteVersion("onto", nil).VersionId
	_, err := copyVersion("x", "onto", marker)
	refused("InvalidArgument", 400, err)
	setVersioning(versioned, oss.VersionSuspended)
	equal(*putVersion("onto", "null"), "null", "version while suspended")
	equal(*must(copyVersion("onto", "from", nil)).VersionId, "null", "copy while suspended")
	equal(getVersion("onto", oss.Ptr("null")), "from", "the null version")
	must(copyVersion("onto", "onto", nil, func(r *oss.CopyObjectRequest) {
		r.MetadataDirective, r.Metadata = oss.Ptr("REPLACE"), map[string]string{"self": "yes"}
	}))
	listed, _ := versionsOf("onto")
	equal(len(strings.Fields(listed)), 4, "one null version beside the three that have ids")
	equal(*deleteVersion("onto", nil).VersionId, "null", "marker while suspended")
	_, markers := versionsOf("onto")
	equal(markers, "nulltrue "+*marker+"false", "markers")
	setVersioning(versioned, oss.VersionEnabled)
}
