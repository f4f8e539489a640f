package main

import (
	"bytes"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

func bucketTags() {
	tags := []oss.Tag{{Key: oss.Ptr("team"), Value: oss.Ptr("web")}, {Key: oss.Ptr("阶段"), Value: oss.Ptr("测试")}}
	must(client.PutBucketTags(ctx, &oss.PutBucketTagsRequest{Bucket: oss.Ptr(source), Tagging: &oss.Tagging{TagSet: &oss.TagSet{Tags: tags}}}))
	stored := func() string {
		pairs := []string{}
		if set := must(client.GetBucketTags(ctx, &oss.GetBucketTagsRequest{Bucket: oss.Ptr(source)})).Tagging.TagSet; set != nil {
			for _, each := range set.Tags {
				pairs = append(pairs, *each.Key+"="+*each.Value)
			}
		}
		sort.Strings(pairs)
		return strings.Join(pairs, "&")
	}
	equal(stored(), "team=web&阶段=测试", "tags")
	listed := must(client.ListBuckets(ctx, &oss.ListBucketsRequest{Prefix: oss.Ptr(os.Getenv("OSS_RUN")), TagKey: oss.Ptr("team"), TagValue: oss.Ptr("web")})).Buckets
	equal(fmt.Sprint(len(listed), *listed[0].Name), "1"+source, "buckets with the tag")
	must(client.DeleteBucketTags(ctx, &oss.DeleteBucketTagsRequest{Bucket: oss.Ptr(source)}))
	equal(stored(), "", "tags")
}

func cors() {
	_, err := client.GetBucketCors(ctx, &oss.GetBucketCorsRequest{Bucket: oss.Ptr(source)})
	refused("NoSuchCORSConfiguration", 404, err)
	rule := oss.CORSRule{AllowedOrigins: []string{"http://www.example.com"}, AllowedMethods: []string{"GET", "PUT"}, AllowedHeaders: []string{"x-oss-*"},
		ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: oss.Ptr(int64(100))}
	must(client.PutBucketCors(ctx, &oss.PutBucketCorsRequest{Bucket: oss.Ptr(source), CORSConfiguration: &oss.CORSConfiguration{CORSRules: []oss.CORSRule{rule}, ResponseVary: oss.Ptr(true)}}))
	stored := must(client.GetBucketCors(ctx, &oss.GetBucketCorsRequest{Bucket: oss.Ptr(source)})).CORSConfiguration
	equal(fmt.Sprint(stored.CORSRules[0].AllowedOrigins, stored.CORSRules[0].AllowedMethods, *stored.ResponseVary), "[http://www.example.com] [GET PUT] true", "rules")
	preflight := func(origin, method string) (*oss.OptionObjectResult, error) {
		return client.OptionObject(ctx, &oss.OptionObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin"), Origin: oss.Ptr(origin),
			AccessControlRequestMethod: oss.Ptr(method), AccessControlRequestHeaders: oss.Ptr("x-oss-date")})
	}
	answer := must(preflight("http://www.example.com", "PUT"))
	equal(fmt.Sprint(*answer.AccessControlAllowOrigin, *answer.AccessControlMaxAge), "http://www.example.com100", "preflight")
	_, err = preflight("http://www.example.org", "PUT")
	refused("AccessForbidden", 403, err)
	status, headers, _ := fetch("GET", endpoint+"/"+source+"/plain.bin", map[string]string{"Origin": "http://www.example.com"}, "")
	equal(fmt.Sprint(status, headers.Get("Access-Control-Allow-Origin"), headers.Get("Vary")), "403http://www.example.comOrigin", "an error to a page")
	must(client.DeleteBucketCors(ctx, &oss.DeleteBucketCorsRequest{Bucket: oss.Ptr(source)}))
	_, err = preflight("http://www.example.com", "PUT")
	refused("AccessForbidden", 403, err)
}

func lifecycle() {
	_, err := client.GetBucketLifecycle(ctx, &oss.GetBucketLifecycleRequest{Bucket: oss.Ptr(source)})
	refused("NoSuchLifecycle", 404, err)
	days := func(n int32) *int32 { return &n }
	rules := []oss.LifecycleRule{
		{ID: oss.Ptr("old logs"), Prefix: oss.Ptr("logs/"), Status: oss.Ptr("Enabled"), Expiration: &oss.LifecycleRuleExpiration{Days: days(30)},
			Transitions: []oss.LifecycleRuleTransition{{Days: days(10), StorageClass: oss.StorageClassIA}}, Tags: []oss.Tag{{Key: oss.Ptr("keep"), Value: oss.Ptr("no")}}},
		{ID: oss.Ptr("stale"), Prefix: oss.Ptr(""), Status: oss.Ptr("Enabled"), AbortMultipartUpload: &oss.LifecycleRuleAbortMultipartUpload{Days: days(1)},
			NoncurrentVersionExpiration:  &oss.NoncurrentVersionExpiration{NoncurrentDays: days(5)},
			NoncurrentVersionTransitions: []oss.NoncurrentVersionTransition{{NoncurrentDays: days(2), StorageClass: oss.StorageClassArchive}}},
	}
	must(client.PutBucketLifecycle(ctx, &oss.PutBucketLifecycleRequest{Bucket: oss.Ptr(source), LifecycleConfiguration: &oss.LifecycleConfiguration{Rules: rules}}))
	stored := must(client.GetBucketLifecycle(ctx, &oss.GetBucketLifecycleRequest{Bucket: oss.Ptr(source)})).LifecycleConfiguration.Rules
	equal(fmt.Sprint(*stored[0].ID, *stored[0].Expiration.Days, stored[0].Transitions[0].StorageClass, *stored[0].Tags[0].Key), "old logs30IAkeep", "first rule")
	equal(fmt.Sprint(*stored[1].AbortMultipartUpload.Days, *stored[1].NoncurrentVersionExpiration.NoncurrentDays), "1 5", "second rule")
	put(source, "logs/1", []byte("l"), func(r *oss.PutObjectRequest) { r.Tagging = oss.Ptr("keep=no") })
	equal(strings.Contains(text(head(source, "logs/1").Expiration), `rule-id="old%20logs"`), true, "expiration")
	put(source, "logs/2", []byte("l"))
	equal(text(head(source, "logs/2").Expiration), "", "without the tag")
	must(client.DeleteBucketLifecycle(ctx, &oss.DeleteBucketLifecycleRequest{Bucket: oss.Ptr(source)}))
	equal(text(head(source, "logs/1").Expiration), "", "without rules")
}

func logging() {
	setTarget := func(bucket string) error {
		_, err := client.PutBucketLogging(ctx, &oss.PutBucketLoggingRequest{Bucket: oss.Ptr(source), BucketLoggingStatus: &oss.BucketLoggingStatus{
			LoggingEnabled: &oss.LoggingEnabled{TargetBucket: oss.Ptr(bucket), TargetPrefix: oss.Ptr("access/")}}})
		return err
	}
	stored := func() *oss.LoggingEnabled {
		return must(client.GetBucketLogging(ctx, &oss.GetBucketLoggingRequest{Bucket: oss.Ptr(source)})).BucketLoggingStatus.LoggingEnabled
	}
	equal(stored() == nil, true, "before")
	check(setTarget(destination))
	equal(*stored().TargetBucket+*stored().TargetPrefix, destination+"access/", "target")
	refused("InvalidTargetBucketForLogging", 400, setTarget(os.Getenv("OSS_RUN")+"-nowhere"))
	must(client.DeleteBucketLogging(ctx, &oss.DeleteBucketLoggingRequest{Bucket: oss.Ptr(source)}))
	equal(stored() == nil, true, "after")
}

func referer() {
	allow := func(isEmptyAllowed bool, referers, blacklist []string) {
		must(client.PutBucketReferer(ctx, &oss.PutBucketRefererRequest{Bucket: oss.Ptr(source), RefererConfiguration: &oss.RefererConfiguration{
			AllowEmptyReferer: oss.Ptr(isEmptyAllowed), RefererList: &oss.RefererList{Referers: referers}, RefererBlacklist: &oss.RefererBlacklist{Referers: blacklist}}}))
	}
	allow(false, []string{"http://*.example.com"}, []string{"http://bad.example.com"})
	stored := must(client.GetBucketReferer(ctx, &oss.GetBucketRefererRequest{Bucket: oss.Ptr(source)})).RefererConfiguration
	equal(fmt.Sprint(*stored.AllowEmptyReferer, stored.RefererList.Referers, stored.RefererBlacklist.Referers), "false [http://*.example.com] [http://bad.example.com]", "rules")
	url := must(client.Presign(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin")})).URL
	for _, each := range []struct {
		referer string
		status  int
	}{{"http://www.example.com", 200}, {"http://bad.example.com", 403}, {"http://www.example.org", 403}} {
		status, _, body := fetch("GET", url, map[string]string{"Referer": each.referer}, "")
		equal(status, each.status, each.referer)
		equal(status == 200 || strings.Contains(body, "You are denied by bucket referer policy."), true, body)
	}
	status, _, _ := fetch("GET", url, nil, "")
	equal(status, 403, "no referer")
	allow(true, []string{}, []string{})
	status, _, _ = fetch("GET", url, nil, "")
	equal(status, 200, "no rules")
}

func requestPayment() {
	setPayer := func(payer oss.PayerType) string {
		must(client.PutBucketRequestPayment(ctx, &oss.PutBucketRequestPaymentRequest{Bucket: oss.Ptr(source), PaymentConfiguration: &oss.RequestPaymentConfiguration{Payer: payer}}))
		return *must(client.GetBucketRequestPayment(ctx, &oss.GetBucketRequestPaymentRequest{Bucket: oss.Ptr(source)})).Payer
	}
	equal(*must(client.GetBucketRequestPayment(ctx, &oss.GetBucketRequestPaymentRequest{Bucket: oss.Ptr(source)})).Payer, "BucketOwner", "before")
	equal(setPayer(oss.Requester), "Requester", "payer")
	put(source, "paid", []byte("p"), func(r *oss.PutObjectRequest) { r.Acl, r.RequestPayer = oss.ObjectACLPublicRead, oss.Ptr("requester") })
	must(copyObject(destination, "paid", "paid", func(r *oss.CopyObjectRequest) { r.RequestPayer = oss.Ptr("requester") }))
	status, _, body := fetch("GET", endpoint+"/"+source+"/paid", nil, "")
	equal(fmt.Sprint(status, strings.Contains(body, "Access denied for requester pay bucket")), "403 true", "nobody pays")
	equal(setPayer(oss.BucketOwner), "BucketOwner", "payer")
	status, _, _ = fetch("GET", endpoint+"/"+source+"/paid", nil, "")
	equal(status, 200, "the owner pays")
}

func overwriteRules() {
	_, err := client.GetBucketOverwriteConfig(ctx, &oss.GetBucketOverwriteConfigRequest{Bucket: oss.Ptr(destination)})
	refused("NoSuchBucketOverwriteConfig", 404, err)
	rule := oss.OverwriteRule{ID: oss.Ptr("r1"), Action: oss.Ptr("forbid"), Prefix: oss.Ptr("guard/"), Suffix: oss.Ptr(".txt"), Principals: &oss.OverwritePrincipals{Principals: []string{"*"}}}
	must(client.PutBucketOverwriteConfig(ctx, &oss.PutBucketOverwriteConfigRequest{Bucket: oss.Ptr(destination), OverwriteConfiguration: &oss.OverwriteConfiguration{Rules: []oss.OverwriteRule{rule}}}))
	stored := must(client.GetBucketOverwriteConfig(ctx, &oss.GetBucketOverwriteConfigRequest{Bucket: oss.Ptr(destination)})).OverwriteConfiguration.Rules[0]
	equal(fmt.Sprint(*stored.ID, *stored.Action, *stored.Prefix, *stored.Suffix, stored.Principals.Principals), "r1forbidguard/.txt[*]", "rule")
	must(copyObject(destination, "guard/a.txt", "plain.bin"))
	_, err = copyObject(destination, "guard/a.txt", "plain.bin")
	refused("FileAlreadyExists", 409, err)
	_, err = client.PutObject(ctx, &oss.PutObjectRequest{Bucket: oss.Ptr(destination), Key: oss.Ptr("guard/a.txt"), Body: strings.NewReader("x")})
	refused("FileAlreadyExists", 409, err)
	equal(bytes.Equal(get(destination, "guard/a.txt"), data(300*kib, "1")), true, "content")
	for range 2 {
		put(destination, "guard/a.bin", []byte("x"))
	}
	must(client.DeleteBucketOverwriteConfig(ctx, &oss.DeleteBucketOverwriteConfigRequest{Bucket: oss.Ptr(destination)}))
	put(destination, "guard/a.txt", []byte("x"))
}

func notBuilt() {
	_, err := copyObject(destination, "e", "plain.bin", func(r *oss.CopyObjectRequest) { r.ServerSideEncryption = oss.Ptr("SM4") })
	refused("NotImplemented", 400, err)
	_, err = copyObject(destination, "e", "plain.bin", func(r *oss.CopyObjectRequest) {
		r.ServerSideEncryption, r.ServerSideDataEncryption = oss.Ptr("KMS"), oss.Ptr("SM4")
	})
	refused("NotImplemented", 400, err)
	equal(must(client.IsObjectExist(ctx, destination, "e")), false, "exists")
	_, err = client.GetObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(source), Key: oss.Ptr("plain.bin"), Process: oss.Ptr("image/resize,w_10")})
	refused("NotImplemented", 400, err)
	_, err = client.PutBucketWebsite(ctx, &oss.PutBucketWebsiteRequest{Bucket: oss.Ptr(source), WebsiteConfiguration: &oss.WebsiteConfiguration{IndexDocument: &oss.IndexDocument{Suffix: oss.Ptr("index.html")}}})
	refused("NotImplemented", 400, err)
	_, err = client.GetBucketReplication(ctx, &oss.GetBucketReplicationRequest{Bucket: oss.Ptr(source)})
	refused("NotImplemented", 400, err)
	_, err = client.ListBucketInventory(ctx, &oss.ListBucketInventoryRequest{Bucket: oss.Ptr(source)})
	refused("NotImplemented", 400, err)
	_, err = client.GetBucketTransferAcceleration(ctx, &oss.GetBucketTransferAccelerationRequest{Bucket: oss.Ptr(source)})
	refused("NotImplemented", 400, err)
}
