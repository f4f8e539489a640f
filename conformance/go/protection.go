package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

var kmsKey = os.Getenv("OSS_KMS_KEY_ID")

func encryptionOf(bucket, key string) string {
	facts := head(bucket, key)
	return strings.TrimSpace(text(facts.ServerSideEncryption) + " " + text(facts.ServerSideEncryptionKeyId))
}

func encryption() {
	body := data(300*kib, "secret")
	result := put(source, "secret", body, func(r *oss.PutObjectRequest) { r.ServerSideEncryption = oss.Ptr("AES256") })
	equal(result.Headers.Get("x-oss-server-side-encryption")+" "+encryptionOf(source, "secret"), "AES256 AES256", "encryption")
	equal(bytes.Equal(get(source, "secret"), body), true, "content")
	part := must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("secret"), Range: oss.Ptr("bytes=100000-200000")}))
	equal(bytes.Equal(must(io.ReadAll(part.Body)), body[100000:200001]), true, "range")
	part.Body.Close()
	put(source, "kms", body, func(r *oss.PutObjectRequest) { r.ServerSideEncryption = oss.Ptr("KMS") })
	equal(strings.HasPrefix(encryptionOf(source, "kms"), "KMS"), true, "under the default master key")
	put(source, "named", body, func(r *oss.PutObjectRequest) {
		r.ServerSideEncryption, r.ServerSideEncryptionKeyId = oss.Ptr("KMS"), oss.Ptr(kmsKey)
	})
	equal(encryptionOf(source, "named"), "KMS "+kmsKey, "under a named master key")
	equal(bytes.Equal(get(source, "named"), body), true, "content")
	_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("x"), ServerSideEncryption: oss.Ptr("KMS"),
		ServerSideEncryptionKeyId: oss.Ptr("9468da86-3509-4f8d-a61e-6eab1eac0000")})
	refused("KeyNotFound", 404, err)
	_, err = client.PutObject(ctx, &oss.PutObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("x"), ServerSideEncryption: oss.Ptr("ROT13")})
	refused("InvalidEncryptionAlgorithmError", 400, err)
	for position, letter := range []string{"a", "b"} {
		must(client.AppendObject(ctx, &oss.AppendObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("secret log"), Position: oss.Ptr(int64(position)),
			ServerSideEncryption: oss.Ptr("AES256"), Body: strings.NewReader(letter)}))
	}
	equal(string(get(source, "secret log"))+" "+encryptionOf(source, "secret log"), "ab AES256", "appendable object")
}

func encryptionDefault() {
	rule := &oss.ServerSideEncryptionRule{ApplyServerSideEncryptionByDefault: &oss.ApplyServerSideEncryptionByDefault{
		SSEAlgorithm: oss.Ptr("KMS"), KMSMasterKeyID: oss.Ptr(kmsKey)}}
	must(client.PutBucketEncryption(ctx, &oss.PutBucketEncryptionRequest{Bucket: oss.Ptr(source), ServerSideEncryptionRule: rule}))
	stored := must(client.GetBucketEncryption(ctx, &oss.GetBucketEncryptionRequest{Bucket: oss.Ptr(source)})).ServerSideEncryptionRule.ApplyServerSideEncryptionByDefault
	equal(*stored.SSEAlgorithm+" "+*stored.KMSMasterKeyID, "KMS "+kmsKey, "rule")
	info := must(client.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: oss.Ptr(source)})).BucketInfo.SseRule
	equal(text(info.SSEAlgorithm)+" "+text(info.KMSMasterKeyID), "KMS "+kmsKey, "rule in the info")
	put(source, "by default", []byte("d"))
	equal(encryptionOf(source, "by default"), "KMS "+kmsKey, "by default")
	put(source, "by header", []byte("d"), func(r *oss.PutObjectRequest) { r.ServerSideEncryption = oss.Ptr("AES256") })
	equal(encryptionOf(source, "by header"), "AES256", "by header")
	must(client.DeleteBucketEncryption(ctx, &oss.DeleteBucketEncryptionRequest{Bucket: oss.Ptr(source)}))
	_, err := client.GetBucketEncryption(ctx, &oss.GetBucketEncryptionRequest{Bucket: oss.Ptr(source)})
	refused("NoSuchServerSideEncryptionRule", 404, err)
}

func encryptionCopies() {
	plain := head(source, "plain.bin")
	for _, each := range []struct{ key, bucket, sourceKey, algorithm, keyId string }{
		{"there", source, "plain.bin", "AES256", ""}, {"other", destination, "there", "KMS", kmsKey}, {"back", destination, "other", "", ""}} {
		result := must(copyObject(destination, each.key, each.sourceKey, func(r *oss.CopyObjectRequest) {
			r.SourceBucket = oss.Ptr(each.bucket)
			if each.algorithm != "" {
				r.ServerSideEncryption = oss.Ptr(each.algorithm)
			}
			if each.keyId != "" {
				r.ServerSideEncryptionKeyId = oss.Ptr(each.keyId)
			}
		}))
		equal(text(result.ServerSideEncryption)+*result.ETag+*result.HashCRC64, each.algorithm+*plain.ETag+*plain.HashCRC64, each.key)
		equal(encryptionOf(destination, each.key), strings.TrimSpace(each.algorithm+" "+each.keyId), each.key)
		equal(bytes.Equal(get(destination, each.key), data(300*kib, "1")), true, each.key)
	}
	uploadId := must(client.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("large"), ServerSideEncryption: oss.Ptr("KMS")})).UploadId
	parts := []oss.UploadPart{}
	for number, bucketAndKey := range [][2]string{{source, "plain.bin"}, {destination, "there"}, {destination, "other"}} {
		part := must(partCopy(uploadId, int32(number+1), bucketAndKey[1], fmt.Sprintf("bytes=0-%d", 300*kib-1), func(r *oss.UploadPartCopyRequest) { r.SourceBucket = oss.Ptr(bucketAndKey[0]) }))
		parts = append(parts, oss.UploadPart{PartNumber: int32(number + 1), ETag: part.ETag})
	}
	must(complete("large", uploadId, parts))
	equal(strings.HasPrefix(encryptionOf(destination, "large"), "KMS"), true, "encryption of the parts")
	equal(bytes.Equal(get(destination, "large"), bytes.Repeat(data(300*kib, "1"), 3)), true, "content of the parts")
}

func restore(key string, request *oss.RestoreRequest) (*oss.RestoreObjectResult, error) {
	return client.RestoreObject(ctx, &oss.RestoreObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr(key), RestoreRequest: request})
}

func archive() {
	put(source, "cold", []byte("cold"), func(r *oss.PutObjectRequest) { r.StorageClass = oss.StorageClassArchive })
	refused("InvalidObjectState", 403, tryGet(source, "cold"))
	_, err := copyObject(destination, "cold", "cold")
	refused("InvalidObjectState", 403, err)
	equal(must(restore("cold", nil)).StatusCode, 202, "status")
	_, err = restore("cold", nil)
	refused("RestoreAlreadyInProgress", 409, err)
	equal(*head(source, "cold").Restore, `ongoing-request="true"`, "state")
	waitUntil(func() bool {
		return strings.HasPrefix(*head(source, "cold").Restore, `ongoing-request="false", expiry-date="`)
	}, "the restoration")
	equal(string(get(source, "cold")), "cold", "restored")
	must(copyObject(destination, "cold", "cold", func(r *oss.CopyObjectRequest) { r.StorageClass = oss.StorageClassStandard }))
	equal(string(get(destination, "cold")), "cold", "copy of the restored object")
	equal(must(restore("cold", &oss.RestoreRequest{Days: 3})).StatusCode, 200, "prolonged")
	must(client.CleanRestoredObject(ctx, &oss.CleanRestoredObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("cold")}))
	refused("InvalidObjectState", 403, tryGet(source, "cold"))
	put(source, "deep", []byte("deep"), func(r *oss.PutObjectRequest) { r.StorageClass = oss.StorageClassDeepColdArchive })
	tier := &oss.RestoreRequest{Days: 1, JobParameters: &oss.JobParameters{Tier: oss.Ptr("Standard")}}
	equal(must(restore("deep", tier)).StatusCode, 202, "status of a cold class")
	_, err = restore("plain.bin", nil)
	refused("OperationNotSupported", 400, err)
}

func retention() {
	worm := oss.Ptr(os.Getenv("OSS_RUN") + "-go2-worm")
	must(client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: worm}))
	put(*worm, "before", []byte("before"))
	initiateWorm := func() (*oss.InitiateBucketWormResult, error) {
		return client.InitiateBucketWorm(ctx, &oss.InitiateBucketWormRequest{Bucket: worm,
			InitiateWormConfiguration: &oss.InitiateWormConfiguration{RetentionPeriodInDays: oss.Ptr(int32(1))}})
	}
	state := func() string {
		stored := must(client.GetBucketWorm(ctx, &oss.GetBucketWormRequest{Bucket: worm})).WormConfiguration
		return fmt.Sprint(*stored.WormId, stored.State, *stored.RetentionPeriodInDays)
	}
	wormId := must(initiateWorm()).WormId
	equal(state(), *wormId+"InProgress1", "state")
	_, err := initiateWorm()
	refused("WORMConfigurationAlreadyExists", 409, err)
	_, err = client.PutObject(ctx, &oss.PutObjectRequest{Bucket: worm, Key: oss.Ptr("before"), Body: strings.NewReader("after")})
	refused("FileImmutable", 409, err)
	_, err = copyObject(*worm, "before", "plain.bin")
	refused("FileImmutable", 409, err)
	_, err = client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: worm, Key: oss.Ptr("before")})
	refused("FileImmutable", 409, err)
	put(*worm, "new", []byte("new"))
	must(copyObject(destination, "from-worm", "before", func(r *oss.CopyObjectRequest) { r.SourceBucket = worm }))
	must(client.AbortBucketWorm(ctx, &oss.AbortBucketWormRequest{Bucket: worm}))
	_, err = client.GetBucketWorm(ctx, &oss.GetBucketWormRequest{Bucket: worm})
	refused("NoSuchWORMConfiguration", 404, err)
	put(*worm, "before", []byte("after"))
	wormId = must(initiateWorm()).WormId
	must(client.CompleteBucketWorm(ctx, &oss.CompleteBucketWormRequest{Bucket: worm, WormId: wormId}))
	must(client.ExtendBucketWorm(ctx, &oss.ExtendBucketWormRequest{Bucket: worm, WormId: wormId,
		ExtendWormConfiguration: &oss.ExtendWormConfiguration{RetentionPeriodInDays: oss.Ptr(int32(2))}}))
	equal(state(), *wormId+"Locked2", "state")
	_, err = client.AbortBucketWorm(ctx, &oss.AbortBucketWormRequest{Bucket: worm})
	refused("WORMConfigurationLocked", 403, err)
}

func objectRetention() {
	held := oss.Ptr(os.Getenv("OSS_RUN") + "-go2-held")
	must(client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: held}))
	setVersioning(*held, oss.VersionEnabled)
	must(client.PutBucketObjectWormConfiguration(ctx, &oss.PutBucketObjectWormConfigurationRequest{Bucket: held, ObjectWormConfiguration: &oss.ObjectWormConfiguration{
		ObjectWormEnabled: oss.Ptr("Enabled"), Rule: &oss.ObjectWormRule{DefaultRetention: &oss.ObjectWormDefaultRetention{Mode: oss.Ptr("GOVERNANCE"), Days: oss.Ptr(int32(1))}}}}))
	stored := must(client.GetBucketObjectWormConfiguration(ctx, &oss.GetBucketObjectWormConfigurationRequest{Bucket: held})).ObjectWormConfiguration
	equal(fmt.Sprint(*stored.ObjectWormEnabled, *stored.Rule.DefaultRetention.Mode, *stored.Rule.DefaultRetention.Days), "EnabledGOVERNANCE1", "configuration")
	remove := func(versionId *string, headers map[string]string) error {
		_, err := client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: held, Key: oss.Ptr("held"), VersionId: versionId, RequestCommon: oss.RequestCommon{Headers: headers}})
		return err
	}
	bypass := map[string]string{"x-oss-bypass-governance-retention": "true"}
	hold := func(status string, versionId *string) string {
		must(client.PutObjectLegalHold(ctx, &oss.PutObjectLegalHoldRequest{Bucket: held, Key: oss.Ptr("held"), VersionId: versionId, LegalHold: &oss.ObjectWormLegalHold{Status: oss.Ptr(status)}}))
		return *must(client.GetObjectLegalHold(ctx, &oss.GetObjectLegalHoldRequest{Bucket: held, Key: oss.Ptr("held"), VersionId: versionId})).LegalHold.Status
	}
	versionId := put(*held, "held", []byte("1")).VersionId
	equal(head(*held, "held").Headers.Get("x-oss-object-worm-mode"), "GOVERNANCE", "by default")
	refused("FileImmutable", 409, remove(versionId, nil))
	until := time.Now().UTC().Add(72 * time.Hour).Format("2006-01-02T15:04:05.000Z")
	must(client.PutObjectRetention(ctx, &oss.PutObjectRetentionRequest{Bucket: held, Key: oss.Ptr("held"), VersionId: versionId,
		Retention: &oss.ObjectWormRetention{Mode: oss.Ptr("GOVERNANCE"), RetainUntilDate: oss.Ptr(until[:20] + "000Z")}}))
	kept := must(client.GetObjectRetention(ctx, &oss.GetObjectRetentionRequest{Bucket: held, Key: oss.Ptr("held"), VersionId: versionId})).Retention
	equal(*kept.Mode+*kept.RetainUntilDate, "GOVERNANCE"+until[:20]+"000Z", "retention")
	equal(hold("ON", versionId), "ON", "hold")
	refused("FileImmutable", 409, remove(versionId, bypass))
	equal(hold("OFF", versionId), "OFF", "hold")
	marker := must(client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: held, Key: oss.Ptr("held")})).VersionId
	check(remove(versionId, bypass))
	check(remove(marker, nil))
	must(client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: held}))
}

func putSymlink(key, target string, change func(*oss.PutSymlinkRequest)) error {
	request := &oss.PutSymlinkRequest{Bucket: oss.Ptr(source), Key: oss.Ptr(key), Target: oss.Ptr(target)}
	change(request)
	_, err := client.PutSymlink(ctx, request)
	return err
}

func symlinks() {
	asItIs := func(*oss.PutSymlinkRequest) {}
	check(putSymlink("link", "plain.bin", func(r *oss.PutSymlinkRequest) { r.Metadata = map[string]string{"of": "link"} }))
	equal(*must(client.GetSymlink(ctx, &oss.GetSymlinkRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("link")})).Target, "plain.bin", "target")
	facts := head(source, "link")
	equal(fmt.Sprint(*facts.ObjectType, facts.ContentLength), fmt.Sprint("Symlink", 300*kib), "head")
	equal(bytes.Equal(get(source, "link"), data(300*kib, "1")), true, "content")
	must(copyObject(source, "copied link", "link"))
	equal(*head(source, "copied link").ObjectType, "Symlink", "a link is copied, not what it points to")
	_, err := copyObject(source, "x", "link", func(r *oss.CopyObjectRequest) { r.ServerSideEncryption = oss.Ptr("AES256") })
	refused("InvalidArgument", 400, err)
	check(putSymlink("dangling", "nothing", asItIs))
	refused("SymlinkTargetNotExist", 404, tryGet(source, "dangling"))
	check(putSymlink("chain", "link", asItIs))
	refused("InvalidTargetType", 400, tryGet(source, "chain"))
	_, err = client.GetSymlink(ctx, &oss.GetSymlinkRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin")})
	refused("NotSymlink", 400, err)
	refused("FileAlreadyExists", 409, putSymlink("link", "x", func(r *oss.PutSymlinkRequest) { r.ForbidOverwrite = oss.Ptr("true") }))
}

func seal() {
	appendTo := func(position int64, word string) error {
		_, err := client.AppendObject(ctx, &oss.AppendObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("sealed"), Position: oss.Ptr(position), Body: strings.NewReader(word)})
		return err
	}
	check(appendTo(0, "hello"))
	_, err := client.SealAppendObject(ctx, &oss.SealAppendObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("sealed"), Position: oss.Ptr(int64(4))})
	refused("PositionNotEqualToLength", 409, err)
	sealed := must(client.SealAppendObject(ctx, &oss.SealAppendObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("sealed"), Position: oss.Ptr(int64(5))}))
	equal(head(source, "sealed").Headers.Get("x-oss-sealed-time"), *sealed.SealedTime, "sealed time")
	refused("AppendSealedObjectNotAllowed", 409, appendTo(5, "x"))
	must(copyObject(destination, "copy of sealed", "sealed"))
	equal(string(get(destination, "copy of sealed"))+*head(destination, "copy of sealed").ObjectType, "helloNormal", "copy")
}

func persistentHeaders() {
	persistent := func(name, value string) oss.RequestCommon {
		return oss.RequestCommon{Headers: map[string]string{"x-oss-persistent-headers": name + ":" + base64.StdEncoding.EncodeToString([]byte(value))}}
	}
	put(source, "persistent", []byte("p"), func(r *oss.PutObjectRequest) { r.RequestCommon = persistent("myheader1", "myvalue1") })
	equal(head(source, "persistent").Headers.Get("myheader1"), "myvalue1", "header")
	must(copyObject(destination, "persistent", "persistent"))
	equal(head(destination, "persistent").Headers.Get("myheader1"), "myvalue1", "they travel with COPY")
	must(copyObject(destination, "persistent", "persistent", func(r *oss.CopyObjectRequest) {
		r.MetadataDirective, r.RequestCommon = oss.Ptr("REPLACE"), persistent("other", "o")
	}))
	headers := head(destination, "persistent").Headers
	equal(headers.Get("other")+headers.Get("myheader1"), "o", "REPLACE")
}

func trafficLimit() {
	body := data(100*kib, "slow")
	for _, run := range []func(){
		func() { put(source, "slow", body, func(r *oss.PutObjectRequest) { r.TrafficLimit = 819200 }) },
		func() {
			result := must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("slow"), TrafficLimit: 819200}))
			defer result.Body.Close()
			equal(bytes.Equal(must(io.ReadAll(result.Body)), body), true, "content")
		},
	} {
		started := time.Now()
		run()
		elapsed := time.Since(started)
		equal(elapsed > 400*time.Millisecond && elapsed < 5*time.Second, true, fmt.Sprint("100 KiB at 100 KiB/s took ", elapsed))
	}
	must(copyObject(destination, "slow", "slow", func(r *oss.CopyObjectRequest) { r.TrafficLimit = 819200 }))
	_, err := copyObject(destination, "x", "slow", func(r *oss.CopyObjectRequest) { r.TrafficLimit = 1 })
	refused("InvalidArgument", 400, err)
}
