package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	mime "mime/multipart"
	"os"
	"strings"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

func bucketPolicy() {
	setPolicy := func(effect, principal string, actions ...string) {
		resources := []string{"acs:oss:*:*:" + source, "acs:oss:*:*:" + source + "/*"}
		statement := map[string]any{"Effect": effect, "Principal": []string{principal}, "Action": actions, "Resource": resources}
		policy := string(must(json.Marshal(map[string]any{"Version": "1", "Statement": []any{statement}})))
		must(client.PutBucketPolicy(ctx, &oss.PutBucketPolicyRequest{Bucket: oss.Ptr(source), Body: strings.NewReader(policy)}))
		equal(must(client.GetBucketPolicy(ctx, &oss.GetBucketPolicyRequest{Bucket: oss.Ptr(source)})).Body, policy, "policy")
	}
	isPublic := func() bool {
		return *must(client.GetBucketPolicyStatus(ctx, &oss.GetBucketPolicyStatusRequest{Bucket: oss.Ptr(source)})).PolicyStatus.IsPublic
	}
	user, userId := sessionClient("OSS_RAM", func(*oss.Config) {}), os.Getenv("OSS_RAM_USER_ID")
	read := func() error {
		_, err := user.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin")})
		return err
	}
	copyAsUser := func(key string) error {
		_, err := user.CopyObject(ctx, &oss.CopyObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("by-user"), SourceBucket: oss.Ptr(source), SourceKey: oss.Ptr(key)})
		return err
	}
	refused("AccessDenied", 403, read())
	setPolicy("Allow", userId, "oss:GetObject")
	check(read())
	equal(isPublic(), false, "public")
	refused("AccessDenied", 403, copyAsUser("plain.bin"))
	setPolicy("Allow", userId, "oss:GetObject", "oss:PutObject")
	check(copyAsUser("plain.bin"))
	// Tags go with a copy, and have actions of their own.
	refused("AccessDenied", 403, copyAsUser("tagged"))
	setPolicy("Allow", userId, "oss:GetObject*", "oss:PutObject*")
	check(copyAsUser("tagged"))
	setPolicy("Deny", userId, "oss:*")
	refused("AccessDenied", 403, read())
	setPolicy("Allow", "*", "oss:GetObject")
	status, _, _ := fetch("GET", endpoint+"/"+source+"/plain.bin", nil, "")
	equal(fmt.Sprint(status, isPublic()), "200 true", "anybody")
	_, err := client.PutBucketPolicy(ctx, &oss.PutBucketPolicyRequest{Bucket: oss.Ptr(source), Body: strings.NewReader(`{"Version":"2"}`)})
	refused("InvalidPolicyDocument", 400, err)
	must(client.DeleteBucketPolicy(ctx, &oss.DeleteBucketPolicyRequest{Bucket: oss.Ptr(source)}))
	_, err = client.GetBucketPolicy(ctx, &oss.GetBucketPolicyRequest{Bucket: oss.Ptr(source)})
	refused("NoSuchBucketPolicy", 404, err)
}

func sts() {
	for _, version := range []oss.SignatureVersionType{oss.SignatureVersionV4, oss.SignatureVersionV1} {
		session := sessionClient("OSS_STS", func(c *oss.Config) { c.WithSignatureVersion(version) })
		must(session.PutObject(ctx, &oss.PutObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("by session"), Body: strings.NewReader("s")}))
		must(session.CopyObject(ctx, &oss.CopyObjectRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("by session"), SourceBucket: oss.Ptr(source), SourceKey: oss.Ptr("by session")}))
		_, _, body := fetch("GET", must(session.Presign(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("by session")})).URL, nil, "")
		equal(body, "s", "presigned")
	}
	narrow := sessionClient("OSS_NARROW", func(*oss.Config) {})
	must(narrow.PutObject(ctx, &oss.PutObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("narrow"), Body: strings.NewReader("n")}))
	_, err := narrow.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("narrow")})
	refused("AccessDenied", 403, err)
	_, err = narrow.DeleteMultipleObjects(ctx, &oss.DeleteMultipleObjectsRequest{Bucket: oss.Ptr(source), Objects: []oss.DeleteObject{{Key: oss.Ptr("narrow")}}})
	refused("AccessDenied", 403, err)
	var service *oss.ServiceError
	errors.As(err, &service)
	equal(service.Message, "Access denied by authorizer's policy.", "message")
	forged := newClient(endpoint, func(c *oss.Config) {
		c.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(os.Getenv("OSS_STS_KEY_ID"), os.Getenv("OSS_STS_KEY_SECRET"), "forged"))
	})
	_, err = forged.ListObjectsV2(ctx, &oss.ListObjectsV2Request{Bucket: oss.Ptr(source)})
	refused("InvalidSecurityToken", 403, err)
}

func presigned() {
	answer := func(request any, body string) (int, string, string) {
		signed := must(client.Presign(ctx, request))
		status, headers, text := fetch(signed.Method, signed.URL, signed.SignedHeaders, body)
		return status, headers.Get("Content-Type"), text
	}
	status, _, _ := answer(&oss.PutObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("signed"), ContentType: oss.Ptr("text/signed"), Metadata: map[string]string{"by": "url"}}, "signed")
	equal(fmt.Sprint(status, *head(source, "signed").ContentType, head(source, "signed").Metadata["by"]), "200text/signedurl", "put")
	status, contentType, body := answer(&oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("signed"), ResponseContentType: oss.Ptr("text/other")}, "")
	equal(fmt.Sprint(status, contentType, body), "200text/othersigned", "get")
	first := putVersion("signed", "1")
	putVersion("signed", "2")
	_, _, body = answer(&oss.GetObjectRequest{Bucket: oss.Ptr(versioned), Key: oss.Ptr("signed"), VersionId: first}, "")
	equal(body, "1", "version")
	_, _, xml := answer(&oss.InitiateMultipartUploadRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("signed parts")}, "")
	uploadId := strings.Split(strings.Split(xml, "<UploadId>")[1], "<")[0]
	status, _, _ = answer(&oss.UploadPartRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("signed parts"), UploadId: oss.Ptr(uploadId), PartNumber: 1}, "part")
	equal(status, 200, "part")
	status, _, _ = answer(&oss.AbortMultipartUploadRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("signed parts"), UploadId: oss.Ptr(uploadId)}, "")
	equal(status, 204, "abort")
	url := must(client.Presign(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("signed")})).URL
	status, _, _ = fetch("GET", strings.Replace(url, "/signed?", "/plain.bin?", 1), nil, "")
	equal(status, 403, "for another object")
}

func mac(make func() hash.Hash, key []byte, text string) []byte {
	digest := hmac.New(make, key)
	digest.Write([]byte(text))
	return digest.Sum(nil)
}

func policyOf(conditions ...any) string {
	policy := map[string]any{"expiration": time.Now().UTC().Add(10 * time.Minute).Format("2006-01-02T15:04:05.000Z"), "conditions": conditions}
	return base64.StdEncoding.EncodeToString(must(json.Marshal(policy)))
}

// The fields of a form, signed as the SDK's samples sign them: it has no call for that.
func signedForms() []map[string]string {
	id, secret, now := os.Getenv("OSS_ACCESS_KEY_ID"), os.Getenv("OSS_ACCESS_KEY_SECRET"), time.Now().UTC()
	conditions := []any{map[string]string{"bucket": source}, []any{"starts-with", "$key", "form/"}, []any{"content-length-range", 1, 100}}
	policy := policyOf(conditions...)
	older := map[string]string{"OSSAccessKeyId": id, "policy": policy, "Signature": base64.StdEncoding.EncodeToString(mac(sha1.New, []byte(secret), policy))}
	newer := map[string]string{
		"x-oss-signature-version": "OSS4-HMAC-SHA256",
		"x-oss-credential":        fmt.Sprintf("%s/%s/%s/oss/aliyun_v4_request", id, now.Format("20060102"), region),
		"x-oss-date":              now.Format("20060102T150405Z"),
	}
	for name, value := range newer {
		conditions = append(conditions, map[string]string{name: value})
	}
	newer["policy"] = policyOf(conditions...)
	key := []byte("aliyun_v4" + secret)
	for _, part := range []string{now.Format("20060102"), region, "oss", "aliyun_v4_request"} {
		key = mac(sha256.New, key, part)
	}
	newer["x-oss-signature"] = hex.EncodeToString(mac(sha256.New, key, newer["policy"]))
	return []map[string]string{older, newer}
}

func postForm(fields map[string]string, key, file string) (int, string) {
	var body bytes.Buffer
	form := mime.NewWriter(&body)
	check(form.WriteField("key", key))
	for name, value := range fields {
		check(form.WriteField(name, value))
	}
	must(must(form.CreateFormFile("file", "from-disk.txt")).Write([]byte(file)))
	check(form.Close())
	status, _, answer := fetch("POST", endpoint+"/"+source+"/", map[string]string{"Content-Type": form.FormDataContentType()}, body.String())
	return status, answer
}

func forms() {
	for _, fields := range signedForms() {
		status, _ := postForm(fields, "form/${filename}", "by a browser")
		equal(fmt.Sprint(status, string(get(source, "form/from-disk.txt"))), "204by a browser", "upload")
		status, answer := postForm(fields, "elsewhere", "x")
		equal(fmt.Sprint(status, strings.Contains(answer, "Invalid according to Policy")), "403 true", "another key")
		status, answer = postForm(fields, "form/long", strings.Repeat("x", 101))
		equal(fmt.Sprint(status, strings.Contains(answer, "EntityTooLarge")), "400 true", "too long")
	}
}

func callback() {
	url := os.Getenv("OSS_CALLBACK_URL")
	variables := oss.Ptr(base64.StdEncoding.EncodeToString([]byte(`{"x:uid":"12345"}`)))
	callbackTo := func(url string) *string {
		settings := map[string]string{"callbackUrl": url, "callbackBody": "bucket=${bucket}&object=${object}&size=${size}&uid=${x:uid}"}
		return oss.Ptr(base64.StdEncoding.EncodeToString(must(json.Marshal(settings))))
	}
	told := "bucket=" + source + "&object=called&size=6&uid=12345"
	answered := put(source, "called", []byte("called"), func(r *oss.PutObjectRequest) { r.Callback, r.CallbackVar = callbackTo(url), variables })
	equal(fmt.Sprint(answered.CallbackResult["received"]), told, "answer")
	_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("called in vain"), Callback: callbackTo(url + "/fail"), Body: strings.NewReader("x")})
	refused("CallbackFailed", 203, err)
	equal(string(get(source, "called in vain")), "x", "the object is stored")
	uploadId := must(client.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("called")})).UploadId
	must(client.UploadPart(ctx, &oss.UploadPartRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("called"), UploadId: uploadId, PartNumber: 1, Body: strings.NewReader("callee")}))
	done := must(client.CompleteMultipartUpload(ctx, &oss.CompleteMultipartUploadRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("called"), UploadId: uploadId,
		CompleteAll: oss.Ptr("yes"), Callback: callbackTo(url), CallbackVar: variables}))
	equal(fmt.Sprint(done.CallbackResult["received"]), told, "answer to the completion")
	_, err = client.PutObject(ctx, &oss.PutObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("not called"), Callback: callbackTo("http://callback.example.com"), Body: strings.NewReader("x")})
	refused("NotImplemented", 400, err)
	equal(must(client.IsObjectExist(ctx, source, "not called")), false, "stored")
}
