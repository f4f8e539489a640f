// Configurations of buckets: that they are kept, and what they do.
package conformance;

import static conformance.Setting.*;

import com.aliyun.sdk.service.oss2.models.*;
import com.aliyun.sdk.service.oss2.transport.BinaryData;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

final class ConfigurationBehaviours {
  private static final String PLAIN = ENDPOINT + "/" + SOURCE + "/plain.bin";

  static void register() {
    behaviours.put("bucket tags", () -> {
      client.putBucketTags(PutBucketTagsRequest.newBuilder().bucket(SOURCE).tagging(tagging("team", "web", "阶段", "测试")).build());
      equal(textOf(client.getBucketTags(GetBucketTagsRequest.newBuilder().bucket(SOURCE).build()).tagging()), "team=web&阶段=测试", "tags");
      equal(client.listBuckets(ListBucketsRequest.newBuilder().prefix(RUN).tagKey("team").tagValue("web").build()).buckets().get(0).name(), SOURCE, "buckets");
      client.deleteBucketTags(DeleteBucketTagsRequest.newBuilder().bucket(SOURCE).build());
      equal(textOf(client.getBucketTags(GetBucketTagsRequest.newBuilder().bucket(SOURCE).build()).tagging()), "", "tags");
    });
    behaviours.put("CORS and preflight", () -> {
      refused("NoSuchCORSConfiguration", 404, () -> client.getBucketCors(GetBucketCorsRequest.newBuilder().bucket(SOURCE).build()));
      CORSRule rule = CORSRule.newBuilder().allowedOrigins(List.of("http://www.example.com")).allowedMethods(List.of("GET", "PUT")).allowedHeaders(List.of("x-oss-*"))
          .exposeHeaders(List.of("ETag")).maxAgeSeconds(100L).build();
      client.putBucketCors(PutBucketCorsRequest.newBuilder().bucket(SOURCE).corsConfiguration(CORSConfiguration.newBuilder().corsRules(List.of(rule)).responseVary(true).build()).build());
      equal(client.getBucketCors(GetBucketCorsRequest.newBuilder().bucket(SOURCE).build()).corsConfiguration().corsRules().get(0).allowedMethods(), List.of("GET", "PUT"), "rule");
      OptionObjectResult answer = preflight("http://www.example.com");
      equal(answer.accessControlAllowOrigin() + answer.accessControlMaxAge(), "http://www.example.com100", "preflight");
      refused("AccessForbidden", 403, () -> preflight("http://www.example.org"));
      HttpResponse<String> error = fetch("GET", PLAIN, Map.of("Origin", "http://www.example.com"), "");
      equal(error.statusCode() + error.headers().firstValue("Access-Control-Allow-Origin").orElse(""), "403http://www.example.com", "an error to a page");
      client.deleteBucketCors(DeleteBucketCorsRequest.newBuilder().bucket(SOURCE).build());
      refused("AccessForbidden", 403, () -> preflight("http://www.example.com"));
    });
    behaviours.put("lifecycle", ConfigurationBehaviours::lifecycle);
    behaviours.put("logging", () -> {
      equal(logged(), null, "before");
      logTo(DESTINATION);
      equal(logged().targetBucket() + logged().targetPrefix(), DESTINATION + "access/", "target");
      refused("InvalidTargetBucketForLogging", 400, () -> logTo(RUN + "-nowhere"));
      client.deleteBucketLogging(DeleteBucketLoggingRequest.newBuilder().bucket(SOURCE).build());
      equal(logged(), null, "after");
    });
    behaviours.put("referer", () -> {
      allow(false, List.of("http://*.example.com"), List.of("http://bad.example.com"));
      RefererConfiguration stored = client.getBucketReferer(GetBucketRefererRequest.newBuilder().bucket(SOURCE).build()).refererConfiguration();
      equal(stored.allowEmptyReferer() + " " + stored.refererList().referers(), "false [http://*.example.com]", "rules");
      String url = client.presign(GetObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").build()).url();
      equal(fetch("GET", url, Map.of("Referer", "http://www.example.com"), "").statusCode(), 200, "allowed");
      equal(fetch("GET", url, Map.of("Referer", "http://bad.example.com"), "").statusCode(), 403, "on the blacklist");
      check(fetch("GET", url, Map.of("Referer", "http://www.example.org"), "").body().contains("You are denied by bucket referer policy."), "message");
      equal(fetch(url), 403, "no referer");
      allow(true, List.of(), List.of());
      equal(fetch(url), 200, "no rules");
    });
    behaviours.put("request payment", () -> {
      equal(payer(), "BucketOwner", "before");
      setPayer("Requester");
      equal(payer(), "Requester", "payer");
      client.putObject(PutObjectRequest.newBuilder().bucket(SOURCE).key("paid").objectAcl("public-read").requestPayer("requester").body(BinaryData.fromString("p")).build());
      client.copyObject(copy(DESTINATION, "paid", "paid").requestPayer("requester").build());
      HttpResponse<String> answer = fetch("GET", ENDPOINT + "/" + SOURCE + "/paid", Map.of(), "");
      check(answer.statusCode() == 403 && answer.body().contains("Access denied for requester pay bucket"), "nobody pays: " + answer.body());
      setPayer("BucketOwner");
      equal(fetch(ENDPOINT + "/" + SOURCE + "/paid"), 200, "the owner pays");
    });
    behaviours.put("overwrite rules", () -> {
      refused("NoSuchBucketOverwriteConfig", 404, () -> client.getBucketOverwriteConfig(GetBucketOverwriteConfigRequest.newBuilder().bucket(DESTINATION).build()));
      OverwriteRule rule = OverwriteRule.newBuilder().id("r1").action("forbid").prefix("guard/").suffix(".txt").build();
      client.putBucketOverwriteConfig(PutBucketOverwriteConfigRequest.newBuilder().bucket(DESTINATION)
          .overwriteConfiguration(OverwriteConfiguration.newBuilder().rules(List.of(rule)).build()).build());
      OverwriteRule stored = client.getBucketOverwriteConfig(GetBucketOverwriteConfigRequest.newBuilder().bucket(DESTINATION).build()).overwriteConfiguration().rules().get(0);
      equal(stored.id() + stored.action() + stored.prefix() + stored.suffix(), "r1forbidguard/.txt", "rule");
      client.copyObject(copy(DESTINATION, "guard/a.txt", "plain.bin").build());
      refused("FileAlreadyExists", 409, () -> client.copyObject(copy(DESTINATION, "guard/a.txt", "plain.bin").build()));
      refused("FileAlreadyExists", 409, () -> put(DESTINATION, "guard/a.txt", new byte[] {1}));
      client.deleteBucketOverwriteConfig(DeleteBucketOverwriteConfigRequest.newBuilder().bucket(DESTINATION).build());
      put(DESTINATION, "guard/a.txt", new byte[] {1});
    });
    behaviours.put("what is not built is refused", () -> {
      refused("NotImplemented", 400, () -> client.copyObject(copy(DESTINATION, "e", "plain.bin").serverSideEncryption("SM4").build()));
      refused("NotImplemented", 400, () -> client.copyObject(copy(DESTINATION, "e", "plain.bin").serverSideEncryption("KMS").serverSideDataEncryption("SM4").build()));
      refused("NoSuchKey", 404, () -> head(DESTINATION, "e"));
      WebsiteConfiguration website = WebsiteConfiguration.newBuilder().indexDocument(IndexDocument.newBuilder().suffix("index.html").build()).build();
      refused("NotImplemented", 400, () -> client.putBucketWebsite(PutBucketWebsiteRequest.newBuilder().bucket(SOURCE).websiteConfiguration(website).build()));
      refused("NotImplemented", 400, () -> client.listBucketInventory(ListBucketInventoryRequest.newBuilder().bucket(SOURCE).build()));
      refused("NotImplemented", 400, () -> client.getBucketTransferAcceleration(GetBucketTransferAccelerationRequest.newBuilder().bucket(SOURCE).build()));
    });
  }

  private static void lifecycle() throws Exception {
    refused("NoSuchLifecycle", 404, () -> client.getBucketLifecycle(GetBucketLifecycleRequest.newBuilder().bucket(SOURCE).build()));
    LifecycleRule logs = LifecycleRule.newBuilder().id("old logs").prefix("logs/").status("Enabled").expiration(LifecycleRuleExpiration.newBuilder().days(30).build())
        .transitions(List.of(LifecycleRuleTransition.newBuilder().days(10).storageClass("IA").build())).tags(List.of(Tag.newBuilder().key("keep").value("no").build())).build();
    LifecycleRule stale = LifecycleRule.newBuilder().id("stale").prefix("").status("Enabled").abortMultipartUpload(LifecycleRuleAbortMultipartUpload.newBuilder().days(1).build())
        .noncurrentVersionExpiration(NoncurrentVersionExpiration.newBuilder().noncurrentDays(5).build())
        .noncurrentVersionTransitions(List.of(NoncurrentVersionTransition.newBuilder().noncurrentDays(2).storageClass("Archive").build())).build();
    client.putBucketLifecycle(PutBucketLifecycleRequest.newBuilder().bucket(SOURCE)
        .lifecycleConfiguration(LifecycleConfiguration.newBuilder().rules(List.of(logs, stale)).build()).build());
    List<LifecycleRule> stored = client.getBucketLifecycle(GetBucketLifecycleRequest.newBuilder().bucket(SOURCE).build()).lifecycleConfiguration().rules();
    equal(stored.get(0).id() + stored.get(0).expiration().days() + stored.get(0).transitions().get(0).storageClass(), "old logs30IA", "first rule");
    equal(stored.get(1).abortMultipartUpload().days() + " " + stored.get(1).noncurrentVersionExpiration().noncurrentDays(), "1 5", "second rule");
    client.putObject(PutObjectRequest.newBuilder().bucket(SOURCE).key("logs/1").tagging("keep=no").body(BinaryData.fromString("l")).build());
    check(head(SOURCE, "logs/1").expiration().contains("rule-id=\"old%20logs\""), "expiration");
    put(SOURCE, "logs/2", new byte[] {1});
    equal(head(SOURCE, "logs/2").expiration(), null, "without the tag");
    client.deleteBucketLifecycle(DeleteBucketLifecycleRequest.newBuilder().bucket(SOURCE).build());
    equal(head(SOURCE, "logs/1").expiration(), null, "without rules");
  }

  private static OptionObjectResult preflight(String origin) {
    return client.optionObject(OptionObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").origin(origin).accessControlRequestMethod("PUT")
        .accessControlRequestHeaders("x-oss-date").build());
  }

  private static void logTo(String bucket) {
    LoggingEnabled enabled = LoggingEnabled.newBuilder().targetBucket(bucket).targetPrefix("access/").build();
    client.putBucketLogging(PutBucketLoggingRequest.newBuilder().bucket(SOURCE).bucketLoggingStatus(BucketLoggingStatus.newBuilder().loggingEnabled(enabled).build()).build());
  }

  private static LoggingEnabled logged() {
    BucketLoggingStatus status = client.getBucketLogging(GetBucketLoggingRequest.newBuilder().bucket(SOURCE).build()).bucketLoggingStatus();
    return status == null ? null : status.loggingEnabled();
  }

  private static void allow(boolean isEmptyAllowed, List<String> referers, List<String> blacklist) {
    RefererConfiguration configuration = RefererConfiguration.newBuilder().allowEmptyReferer(isEmptyAllowed).refererList(RefererList.newBuilder().referers(referers).build())
        .refererBlacklist(RefererBlacklist.newBuilder().referers(blacklist).build()).build();
    client.putBucketReferer(PutBucketRefererRequest.newBuilder().bucket(SOURCE).refererConfiguration(configuration).build());
  }

  private static String payer() {
    return client.getBucketRequestPayment(GetBucketRequestPaymentRequest.newBuilder().bucket(SOURCE).build()).requestPaymentConfiguration().payer();
  }

  private static void setPayer(String payer) {
    client.putBucketRequestPayment(PutBucketRequestPaymentRequest.newBuilder().bucket(SOURCE)
        .requestPaymentConfiguration(RequestPaymentConfiguration.newBuilder().payer(payer).build()).build());
  }
}
