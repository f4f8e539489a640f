// The Java SDK v2, unmodified, against an endpoint: prints one JSON line for each behaviour, and last how many there were.
import com.aliyun.sdk.service.oss2.OSSClient;
import com.aliyun.sdk.service.oss2.credentials.StaticCredentialsProvider;
import com.aliyun.sdk.service.oss2.exceptions.ServiceException;
import com.aliyun.sdk.service.oss2.models.*;
import com.aliyun.sdk.service.oss2.transport.BinaryData;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

public final class Conformance {
  interface Behaviour {
    void run() throws Exception;
  }

  private static final String RUN = System.getenv("OSS_RUN");
  private static final String SOURCE = RUN + "-java-source";
  private static final String DESTINATION = RUN + "-java-destination";
  private static final String VERSIONED = RUN + "-java-versioned";
  private static final int KIB = 1024;
  private static final Map<String, Behaviour> behaviours = new LinkedHashMap<>();
  private static final OSSClient client = makeClient("v4");

  public static void main(String[] arguments) throws Exception {
    register();
    int failed = 0;
    for (Map.Entry<String, Behaviour> each : behaviours.entrySet()) {
      try {
        each.getValue().run();
        System.out.println("{\"behaviour\":" + quote(each.getKey()) + ",\"ok\":true}");
      } catch (Throwable failure) {
        failed++;
        System.out.println("{\"behaviour\":" + quote(each.getKey()) + ",\"ok\":false,\"detail\":" + quote(describe(failure)) + "}");
      }
    }
    System.out.println("{\"count\":" + behaviours.size() + "}");
    client.close();
    System.exit(failed == 0 ? 0 : 1);
  }

  private static OSSClient makeClient(String signature) {
    return OSSClient.newBuilder()
        .credentialsProvider(new StaticCredentialsProvider(System.getenv("OSS_ACCESS_KEY_ID"), System.getenv("OSS_ACCESS_KEY_SECRET")))
        .region(System.getenv("OSS_REGION"))
        .endpoint(System.getenv("OSS_ENDPOINT"))
        .usePathStyle(true)
        .signatureVersion(signature)
        .build();
  }

  private static void register() {
    behaviours.put("buckets: create, list, info, location, stat", () -> {
      for (String bucket : List.of(SOURCE, DESTINATION, VERSIONED)) client.putBucket(PutBucketRequest.newBuilder().bucket(bucket).build());
      equal(client.listBuckets(ListBucketsRequest.newBuilder().prefix(RUN + "-java").build()).buckets().size(), 3, "buckets");
      BucketInfo info = client.getBucketInfo(GetBucketInfoRequest.newBuilder().bucket(SOURCE).build()).bucketInfo();
      equal(info.location(), "oss-" + System.getenv("OSS_REGION"), "location");
      equal(info.storageClass(), "Standard", "class");
    });
    behaviours.put("put, get, head, meta, ranges", () -> {
      byte[] body = data(300 * KIB);
      PutObjectResult put = client.putObject(PutObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").metadata(Map.of("author", "ada"))
          .contentType("application/x-test").body(BinaryData.fromBytes(body)).build());
      check(put.hashCrc64ecma() != null && put.eTag().startsWith("\""), "checksums are answered");
      equal(Arrays.equals(get(SOURCE, "plain.bin", null), body), true, "body");
      HeadObjectResult head = head(SOURCE, "plain.bin");
      equal(head.metadata().get("author"), "ada", "metadata");
      equal(head.contentType(), "application/x-test", "type");
      try (GetObjectResult part = client.getObject(GetObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").range("bytes=100-199").build())) {
        equal(Arrays.equals(part.body().readAllBytes(), Arrays.copyOfRange(body, 100, 200)), true, "range");
      }
      refused("NoSuchKey", 404, () -> head(SOURCE, "none"));
    });
    behaviours.put("keys of any script", () -> {
      for (String key : List.of("目录/文件 +%&=?#.txt", "a//b/c", "quote'\"<>", "😀")) {
        put(SOURCE, key, key.getBytes("UTF-8"));
        client.copyObject(copy(DESTINATION, key, key).build());
        equal(new String(get(DESTINATION, key, null), "UTF-8"), key, "key");
      }
    });
    behaviours.put("listing: pages, prefixes, delimiters", () -> {
      for (int i = 0; i < 25; i++) put(SOURCE, "list/" + i % 5 + "/" + i, new byte[] {1});
      ListObjectsV2Result first = client.listObjectsV2(ListObjectsV2Request.newBuilder().bucket(SOURCE).prefix("list/").maxKeys(10L).build());
      equal(first.contents().size(), 10, "first page");
      ListObjectsV2Result second = client.listObjectsV2(ListObjectsV2Request.newBuilder().bucket(SOURCE).prefix("list/").maxKeys(100L)
          .continuationToken(first.nextContinuationToken()).build());
      equal(second.contents().size(), 15, "second page");
      equal(client.listObjectsV2(ListObjectsV2Request.newBuilder().bucket(SOURCE).prefix("list/").delimiter("/").build()).commonPrefixes().size(), 5, "prefixes");
    });
    behaviours.put("delete and multi-delete", () -> {
      client.deleteObject(DeleteObjectRequest.newBuilder().bucket(SOURCE).key("list/0/0").build());
      List<DeleteObject> keys = new ArrayList<>();
      for (int i = 1; i < 25; i++) keys.add(DeleteObject.newBuilder().key("list/" + i % 5 + "/" + i).build());
      equal(client.deleteMultipleObjects(DeleteMultipleObjectsRequest.newBuilder().bucket(SOURCE).deleteObjects(keys).build()).deletedObjects().size(), 24, "deleted");
    });
    behaviours.put("append", () -> {
      AppendObjectResult first = append(0, "hello ");
      append(first.nextAppendPosition(), "world");
      equal(new String(get(SOURCE, "log", null)), "hello world", "content");
      refused("PositionNotEqualToLength", 409, () -> append(3, "x"));
    });
    behaviours.put("copy in a bucket and between buckets", () -> {
      CopyObjectResult copied = client.copyObject(copy(DESTINATION, "copied.bin", "plain.bin").build());
      equal(copied.eTag(), head(SOURCE, "plain.bin").eTag(), "ETag");
      equal(copied.hashCrc64(), head(SOURCE, "plain.bin").hashCrc64ecma(), "CRC-64");
      equal(head(DESTINATION, "copied.bin").metadata().get("author"), "ada", "metadata");
      refused("NoSuchKey", 404, () -> client.copyObject(copy(DESTINATION, "x", "none").build()));
    });
    behaviours.put("copy: the four conditions", () -> {
      String etag = head(SOURCE, "plain.bin").eTag();
      client.copyObject(copy(DESTINATION, "matched", "plain.bin").copySourceIfMatch(etag).build());
      refused("PreconditionFailed", 412, () -> client.copyObject(copy(DESTINATION, "x", "plain.bin").copySourceIfMatch("\"0\"").build()));
      status(304, () -> client.copyObject(copy(DESTINATION, "x", "plain.bin").copySourceIfNoneMatch(etag).build()));
      status(304, () -> client.copyObject(copy(DESTINATION, "x", "plain.bin").copySourceIfModifiedSince("Fri, 13 Nov 2099 14:47:53 GMT").build()));
      status(412, () -> client.copyObject(copy(DESTINATION, "x", "plain.bin").copySourceIfUnmodifiedSince("Fri, 13 Nov 2015 14:47:53 GMT").build()));
    });
    behaviours.put("copy: metadata directive", () -> {
      client.copyObject(copy(DESTINATION, "replaced", "plain.bin").metadataDirective("REPLACE").metadata(Map.of("colour", "green")).build());
      HeadObjectResult head = head(DESTINATION, "replaced");
      equal(head.metadata().get("colour"), "green", "metadata");
      equal(head.metadata().get("author"), null, "metadata of the source");
    });
    behaviours.put("copy: tagging directive", () -> {
      client.copyObject(copy(DESTINATION, "tagged", "plain.bin").taggingDirective("Replace").tagging("team=web&stage=a%20b").build());
      GetObjectTaggingResult tags = client.getObjectTagging(GetObjectTaggingRequest.newBuilder().bucket(DESTINATION).key("tagged").build());
      equal(tags.tagging().tagSet().tags().size(), 2, "tags");
    });
    behaviours.put("copy: forbid overwrite, ACL, storage class", () -> {
      refused("FileAlreadyExists", 409, () -> client.copyObject(copy(DESTINATION, "copied.bin", "plain.bin").forbidOverwrite("true").build()));
      client.copyObject(copy(DESTINATION, "infrequent", "plain.bin").storageClass("IA").objectAcl("private").build());
      equal(head(DESTINATION, "infrequent").storageClass(), "IA", "class");
    });
    behaviours.put("multipart copy: the seed document, start to end", () -> {
      byte[] body = data(1024 * KIB);
      put(SOURCE, "large.bin", body);
      String uploadId = initiate("large.bin");
      List<Part> parts = new ArrayList<>();
      int partSize = 256 * KIB;
      for (long number = 1; number <= 4; number++) {
        long from = (number - 1) * partSize;
        UploadPartCopyResult part = client.uploadPartCopy(UploadPartCopyRequest.newBuilder().bucket(DESTINATION).key("large.bin").sourceBucket(SOURCE)
            .sourceKey("large.bin").partNumber(number).uploadId(uploadId).copySourceRange("bytes=" + from + "-" + (from + partSize - 1)).build());
        parts.add(Part.newBuilder().partNumber(number).eTag(part.copyPartResult().eTag()).build());
      }
      client.completeMultipartUpload(CompleteMultipartUploadRequest.newBuilder().bucket(DESTINATION).key("large.bin").uploadId(uploadId)
          .completeMultipartUpload(CompleteMultipartUpload.newBuilder().parts(parts).build()).build());
      equal(Arrays.equals(get(DESTINATION, "large.bin", null), body), true, "body");
      HeadObjectResult head = head(DESTINATION, "large.bin");
      equal(head.objectType(), "Multipart", "type");
      equal(head.hashCrc64ecma(), head(SOURCE, "large.bin").hashCrc64ecma(), "CRC-64");
    });
    behaviours.put("abort", () -> {
      String uploadId = initiate("aborted");
      client.abortMultipartUpload(AbortMultipartUploadRequest.newBuilder().bucket(DESTINATION).key("aborted").uploadId(uploadId).build());
      refused("NoSuchUpload", 404,
          () -> client.abortMultipartUpload(AbortMultipartUploadRequest.newBuilder().bucket(DESTINATION).key("aborted").uploadId(uploadId).build()));
    });
    behaviours.put("signatures: V1, presigned V4 and V1", () -> {
      try (OSSClient older = makeClient("v1")) {
        equal(older.headObject(HeadObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").build()).contentLength(), 300L * KIB, "length");
        equal(fetch(older.presign(GetObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").build()).url()), 200, "presigned V1");
      }
      equal(fetch(client.presign(GetObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").build()).url()), 200, "presigned V4");
    });
    registerLater();
  }

  /** What the second half of the protocol brings. */
  private static void registerLater() {
    behaviours.put("versions: enable, list, copy a version, delete markers", () -> {
      versioning("Enabled");
      String first = client.putObject(PutObjectRequest.newBuilder().bucket(VERSIONED).key("v").body(BinaryData.fromString("first")).build()).versionId();
      String second = client.putObject(PutObjectRequest.newBuilder().bucket(VERSIONED).key("v").body(BinaryData.fromString("second")).build()).versionId();
      check(first != null && !first.equals(second), "versions have ids");
      CopyObjectResult rolledBack = client.copyObject(CopyObjectRequest.newBuilder().bucket(VERSIONED).key("v").sourceBucket(VERSIONED).sourceKey("v")
          .sourceVersionId(first).build());
      equal(rolledBack.copySourceVersionId(), first, "version that was copied");
      check(rolledBack.versionId() != null, "the copy has a version");
      equal(new String(get(VERSIONED, "v", null)), "first", "current");
      equal(new String(get(VERSIONED, "v", second)), "second", "named version");
      DeleteObjectResult deleted = client.deleteObject(DeleteObjectRequest.newBuilder().bucket(VERSIONED).key("v").build());
      equal(deleted.deleteMarker(), true, "delete marker");
      refused("NoSuchKey", 404, () -> get(VERSIONED, "v", null));
      ListObjectVersionsResult listed = client.listObjectVersions(ListObjectVersionsRequest.newBuilder().bucket(VERSIONED).build());
      equal(listed.versions().size(), 3, "versions");
      equal(listed.deleteMarkers().size(), 1, "delete markers");
      versioning("Suspended");
      put(VERSIONED, "v", new byte[] {1});
      equal(head(VERSIONED, "v").versionId(), "null", "version while suspended");
    });
    behaviours.put("symlinks", () -> {
      client.putSymlink(PutSymlinkRequest.newBuilder().bucket(SOURCE).key("link").symlinkTarget("plain.bin").build());
      equal(client.getSymlink(GetSymlinkRequest.newBuilder().bucket(SOURCE).key("link").build()).symlinkTarget(), "plain.bin", "target");
      equal(get(SOURCE, "link", null).length, 300 * KIB, "length through the link");
    });
    behaviours.put("archive and restore", () -> {
      client.putObject(PutObjectRequest.newBuilder().bucket(SOURCE).key("cold").storageClass("Archive").body(BinaryData.fromString("cold")).build());
      refused("InvalidObjectState", 403, () -> client.copyObject(copy(DESTINATION, "cold", "cold").build()));
      equal(client.restoreObject(RestoreObjectRequest.newBuilder().bucket(SOURCE).key("cold").build()).statusCode(), 202, "status");
      refused("RestoreAlreadyInProgress", 409, () -> client.restoreObject(RestoreObjectRequest.newBuilder().bucket(SOURCE).key("cold").build()));
    });
    behaviours.put("encryption at rest", () -> {
      client.copyObject(copy(DESTINATION, "encrypted", "plain.bin").serverSideEncryption("AES256").build());
      equal(head(DESTINATION, "encrypted").serverSideEncryption(), "AES256", "encryption");
      equal(Arrays.equals(get(DESTINATION, "encrypted", null), data(300 * KIB)), true, "body");
      client.copyObject(copy(DESTINATION, "kms", "plain.bin").serverSideEncryption("KMS").build());
      equal(head(DESTINATION, "kms").serverSideEncryption(), "KMS", "encryption");
      client.putBucketEncryption(PutBucketEncryptionRequest.newBuilder().bucket(SOURCE).serverSideEncryptionRule(ServerSideEncryptionRule.newBuilder()
          .applyServerSideEncryptionByDefault(ApplyServerSideEncryptionByDefault.newBuilder().sSEAlgorithm("AES256").build()).build()).build());
      put(SOURCE, "by-default", new byte[] {1});
      equal(head(SOURCE, "by-default").serverSideEncryption(), "AES256", "bucket default");
      client.deleteBucketEncryption(DeleteBucketEncryptionRequest.newBuilder().bucket(SOURCE).build());
      refused("InvalidEncryptionAlgorithmError", 400, () -> client.copyObject(copy(DESTINATION, "x", "plain.bin").serverSideEncryption("none").build()));
    });
    behaviours.put("bucket policy", () -> {
      String policy = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[\"oss:GetObject\"],\"Principal\":[\"1\"],\"Resource\":[\"acs:oss:*:*:" + SOURCE + "/*\"]}]}";
      client.putBucketPolicy(PutBucketPolicyRequest.newBuilder().bucket(SOURCE).body(BinaryData.fromString(policy)).build());
      equal(client.getBucketPolicy(GetBucketPolicyRequest.newBuilder().bucket(SOURCE).build()).body().toString(), policy, "policy");
      client.deleteBucketPolicy(DeleteBucketPolicyRequest.newBuilder().bucket(SOURCE).build());
    });
    behaviours.put("retention", () -> {
      String id = client.initiateBucketWorm(InitiateBucketWormRequest.newBuilder().bucket(DESTINATION)
          .initiateWormConfiguration(InitiateWormConfiguration.newBuilder().retentionPeriodInDays(1).build()).build()).wormId();
      check(id != null && id.length() == 32, "the policy has an id");
      refused("FileImmutable", 409, () -> client.copyObject(copy(DESTINATION, "copied.bin", "plain.bin").build()));
      refused("FileImmutable", 409, () -> client.deleteObject(DeleteObjectRequest.newBuilder().bucket(DESTINATION).key("copied.bin").build()));
      client.abortBucketWorm(AbortBucketWormRequest.newBuilder().bucket(DESTINATION).build());
    });
    behaviours.put("delete bucket", () -> {
      refused("BucketNotEmpty", 409, () -> client.deleteBucket(DeleteBucketRequest.newBuilder().bucket(SOURCE).build()));
      for (String bucket : List.of(SOURCE, DESTINATION, VERSIONED)) {
        ListObjectVersionsResult listed = client.listObjectVersions(ListObjectVersionsRequest.newBuilder().bucket(bucket).maxKeys(1000L).build());
        List<DeleteObject> all = new ArrayList<>();
        if (listed.versions() != null) for (ObjectVersion each : listed.versions()) all.add(DeleteObject.newBuilder().key(each.key()).versionId(each.versionId()).build());
        if (listed.deleteMarkers() != null)
          for (DeleteMarkerEntry each : listed.deleteMarkers()) all.add(DeleteObject.newBuilder().key(each.key()).versionId(each.versionId()).build());
        client.deleteMultipleObjects(DeleteMultipleObjectsRequest.newBuilder().bucket(bucket).deleteObjects(all).build());
        client.deleteBucket(DeleteBucketRequest.newBuilder().bucket(bucket).build());
      }
    });
  }

  private static CopyObjectRequest.Builder copy(String bucket, String key, String sourceKey) {
    return CopyObjectRequest.newBuilder().bucket(bucket).key(key).sourceBucket(SOURCE).sourceKey(sourceKey);
  }

  private static void put(String bucket, String key, byte[] body) {
    client.putObject(PutObjectRequest.newBuilder().bucket(bucket).key(key).body(BinaryData.fromBytes(body)).build());
  }

  private static byte[] get(String bucket, String key, String versionId) throws Exception {
    GetObjectRequest.Builder request = GetObjectRequest.newBuilder().bucket(bucket).key(key);
    if (versionId != null) request.versionId(versionId);
    try (GetObjectResult result = client.getObject(request.build())) {
      return result.body().readAllBytes();
    }
  }

  private static HeadObjectResult head(String bucket, String key) {
    return client.headObject(HeadObjectRequest.newBuilder().bucket(bucket).key(key).build());
  }

  private static AppendObjectResult append(long position, String text) {
    return client.appendObject(AppendObjectRequest.newBuilder().bucket(SOURCE).key("log").position(position).body(BinaryData.fromString(text)).build());
  }

  private static String initiate(String key) {
    return client.initiateMultipartUpload(InitiateMultipartUploadRequest.newBuilder().bucket(DESTINATION).key(key).build()).initiateMultipartUpload().uploadId();
  }

  private static void versioning(String status) {
    client.putBucketVersioning(PutBucketVersioningRequest.newBuilder().bucket(VERSIONED)
        .versioningConfiguration(VersioningConfiguration.newBuilder().status(status).build()).build());
  }

  private static int fetch(String url) throws Exception {
    return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static byte[] data(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) bytes[i] = (byte) (i * 31 + i / 251);
    return bytes;
  }

  private static void refused(String code, int status, Behaviour behaviour) throws Exception {
    ServiceException error = failureOf(behaviour);
    equal(error.errorCode() + " " + error.statusCode(), code + " " + status, "error");
    equal(error.requestId().length(), 24, "length of the request id");
  }

  private static void status(int status, Behaviour behaviour) throws Exception {
    equal(failureOf(behaviour).statusCode(), status, "status");
  }

  private static ServiceException failureOf(Behaviour behaviour) throws Exception {
    try {
      behaviour.run();
    } catch (RuntimeException failure) {
      ServiceException service = ServiceException.asCause(failure);
      if (service != null) return service;
      throw failure;
    }
    throw new AssertionError("the call succeeded");
  }

  private static void equal(Object actual, Object expected, String what) {
    check(Objects.equals(actual, expected), what + ": expected " + expected + ", got " + actual);
  }

  private static void check(boolean holds, String what) {
    if (!holds) throw new AssertionError(what);
  }

  private static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) text.append(each).append('\n');
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getClassName().startsWith("Conformance")) text.append(" at line ").append(frame.getLineNumber());
    }
    return text.substring(0, Math.min(text.length(), 1500));
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char each : text.toCharArray()) {
      if (each == '"' || each == '\\') quoted.append('\\').append(each);
      else if (each < ' ') quoted.append(String.format("\\u%04x", (int) each));
      else quoted.append(each);
    }
    return quoted.append('"').toString();
  }
}
