// What the behaviours share: the Java SDK v2, unmodified, against an endpoint.
package conformance;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

final class Setting {
  interface Behaviour {
    void run() throws Exception;
  }

  static final String RUN = System.getenv("OSS_RUN");
  static final String ENDPOINT = System.getenv("OSS_ENDPOINT");
  static final String REGION = System.getenv("OSS_REGION");
  static final String SOURCE = RUN + "-java-source";
  static final String DESTINATION = RUN + "-java-destination";
  static final String VERSIONED = RUN + "-java-versioned";
  static final int KIB = 1024;
  /** In the order in which they run. */
  static final Map<String, Behaviour> behaviours = new LinkedHashMap<>();
  static final OSSClient client = makeClient("v4", credentials("OSS_ACCESS_KEY"));

  static OSSClient makeClient(String signature, StaticCredentialsProvider credentials) {
    return OSSClient.newBuilder().credentialsProvider(credentials).region(REGION).endpoint(ENDPOINT).usePathStyle(true).signatureVersion(signature).build();
  }

  /** The account's, or those of a user or a session that the harness made. */
  static StaticCredentialsProvider credentials(String prefix) {
    boolean isAccount = prefix.equals("OSS_ACCESS_KEY");
    String id = System.getenv(isAccount ? prefix + "_ID" : prefix + "_KEY_ID");
    String secret = System.getenv(isAccount ? prefix + "_SECRET" : prefix + "_KEY_SECRET");
    String token = System.getenv(prefix + "_TOKEN");
    return token == null ? new StaticCredentialsProvider(id, secret) : new StaticCredentialsProvider(id, secret, token);
  }

  static CopyObjectRequest.Builder copy(String bucket, String key, String sourceKey) {
    return CopyObjectRequest.newBuilder().bucket(bucket).key(key).sourceBucket(SOURCE).sourceKey(sourceKey);
  }

  static void put(String bucket, String key, byte[] body) {
    client.putObject(PutObjectRequest.newBuilder().bucket(bucket).key(key).body(BinaryData.fromBytes(body)).build());
  }

  static byte[] get(String bucket, String key, String versionId) throws Exception {
    GetObjectRequest.Builder request = GetObjectRequest.newBuilder().bucket(bucket).key(key);
    if (versionId != null) request.versionId(versionId);
    try (GetObjectResult result = client.getObject(request.build())) {
      return result.body().readAllBytes();
    }
  }

  static HeadObjectResult head(String bucket, String key) {
    return client.headObject(HeadObjectRequest.newBuilder().bucket(bucket).key(key).build());
  }

  static AppendObjectResult append(long position, String text) {
    return client.appendObject(AppendObjectRequest.newBuilder().bucket(SOURCE).key("log").position(position).body(BinaryData.fromString(text)).build());
  }

  static String initiate(String key) {
    return client.initiateMultipartUpload(InitiateMultipartUploadRequest.newBuilder().bucket(DESTINATION).key(key).build()).initiateMultipartUpload().uploadId();
  }

  static void versioning(String bucket, String status) {
    client.putBucketVersioning(PutBucketVersioningRequest.newBuilder().bucket(bucket)
        .versioningConfiguration(VersioningConfiguration.newBuilder().status(status).build()).build());
  }

  static Tagging tagging(String... keysAndValues) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) tags.add(Tag.newBuilder().key(keysAndValues[i]).value(keysAndValues[i + 1]).build());
    return Tagging.newBuilder().tagSet(TagSet.newBuilder().tags(tags).build()).build();
  }

  /** `key=value`, sorted, joined by `&`. */
  static String textOf(Tagging tagging) {
    if (tagging.tagSet() == null || tagging.tagSet().tags() == null) return "";
    return tagging.tagSet().tags().stream().map(tag -> tag.key() + "=" + tag.value()).sorted().collect(Collectors.joining("&"));
  }

  static String tagsOf(String bucket, String key, String versionId) {
    GetObjectTaggingRequest.Builder request = GetObjectTaggingRequest.newBuilder().bucket(bucket).key(key);
    if (versionId != null) request.versionId(versionId);
    return textOf(client.getObjectTagging(request.build()).tagging());
  }

  static String aclOf(String bucket, String key, String versionId) {
    GetObjectAclRequest.Builder request = GetObjectAclRequest.newBuilder().bucket(bucket).key(key);
    if (versionId != null) request.versionId(versionId);
    return client.getObjectAcl(request.build()).accessControlPolicy().accessControlList().grant();
  }

  static CompleteMultipartUploadResult complete(String bucket, String key, String uploadId, List<Part> parts) {
    return client.completeMultipartUpload(CompleteMultipartUploadRequest.newBuilder().bucket(bucket).key(key).uploadId(uploadId)
        .completeMultipartUpload(CompleteMultipartUpload.newBuilder().parts(parts).build()).build());
  }

  /** A request without the SDK: errors are answers too. */
  static HttpResponse<String> fetch(String method, String url, Map<String, String> headers, String body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static int fetch(String url) throws Exception {
    return fetch("GET", url, Map.of(), "").statusCode();
  }

  /** Asks again until it holds. */
  static void waitUntil(BooleanSupplier holds, String what) throws Exception {
    for (long deadline = System.currentTimeMillis() + 10_000; !holds.getAsBoolean(); Thread.sleep(50)) {
      check(System.currentTimeMillis() < deadline, "waited for " + what);
    }
  }

  static byte[] data(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) bytes[i] = (byte) (i * 31 + i / 251);
    return bytes;
  }

  /** The call must fail with this code and status; answers the error. */
  static ServiceException refused(String code, int status, Behaviour behaviour) throws Exception {
    ServiceException error = failureOf(behaviour);
    equal(error.errorCode() + " " + error.statusCode(), code + " " + status, "error");
    equal(error.requestId().length(), 24, "length of the request id");
    return error;
  }

  static void status(int status, Behaviour behaviour) throws Exception {
    equal(failureOf(behaviour).statusCode(), status, "status");
  }

  static ServiceException failureOf(Behaviour behaviour) throws Exception {
    try {
      behaviour.run();
    } catch (RuntimeException failure) {
      ServiceException service = ServiceException.asCause(failure);
      if (service != null) return service;
      throw failure;
    }
    throw new AssertionError("the call succeeded");
  }

  static void equal(Object actual, Object expected, String what) {
    check(Objects.equals(actual, expected), what + ": expected " + expected + ", got " + actual);
  }

  static void check(boolean holds, String what) {
    if (!holds) throw new AssertionError(what);
  }

  static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) text.append(each).append('\n');
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getClassName().startsWith("conformance")) text.append(" at line ").append(frame.getLineNumber());
    }
    return text.substring(0, Math.min(text.length(), 1500));
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char each : text.toCharArray()) {
      if (each == '"' || each == '\\') quoted.append('\\').append(each);
      else if (each < ' ') quoted.append(String.format("\\u%04x", (int) each));
      else quoted.append(each);
    }
    return quoted.append('"').toString();
  }
}
