// Who may do what: policies of buckets, users and sessions, presigned URLs, forms.
package conformance;

import static conformance.Setting.*;

import com.aliyun.sdk.service.oss2.OSSClient;
import com.aliyun.sdk.service.oss2.credentials.StaticCredentialsProvider;
import com.aliyun.sdk.service.oss2.exceptions.ServiceException;
import com.aliyun.sdk.service.oss2.models.*;
import com.aliyun.sdk.service.oss2.transport.BinaryData;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class PermissionBehaviours {
  static void register() {
    behaviours.put("bucket policy", PermissionBehaviours::bucketPolicy);
    behaviours.put("STS: temporary credentials, session policy", () -> {
      for (String signature : List.of("v4", "v1")) {
        try (OSSClient session = makeClient(signature, credentials("OSS_STS"))) {
          session.putObject(PutObjectRequest.newBuilder().bucket(SOURCE).key("by session").body(BinaryData.fromString("s")).build());
          session.copyObject(copy(DESTINATION, "by session", "by session").build());
          equal(fetch(session.presign(GetObjectRequest.newBuilder().bucket(DESTINATION).key("by session").build()).url()), 200, "presigned");
        }
      }
      try (OSSClient narrow = makeClient("v4", credentials("OSS_NARROW"))) {
        narrow.putObject(PutObjectRequest.newBuilder().bucket(SOURCE).key("narrow").body(BinaryData.fromString("n")).build());
        refused("AccessDenied", 403, () -> narrow.headObject(HeadObjectRequest.newBuilder().bucket(SOURCE).key("narrow").build()));
        List<DeleteObject> keys = List.of(DeleteObject.newBuilder().key("narrow").build());
        ServiceException denied = refused("AccessDenied", 403,
            () -> narrow.deleteMultipleObjects(DeleteMultipleObjectsRequest.newBuilder().bucket(SOURCE).deleteObjects(keys).build()));
        equal(denied.errorMessage(), "Access denied by authorizer's policy.", "message");
      }
      StaticCredentialsProvider forged = new StaticCredentialsProvider(System.getenv("OSS_STS_KEY_ID"), System.getenv("OSS_STS_KEY_SECRET"), "forged");
      try (OSSClient other = makeClient("v4", forged)) {
        refused("InvalidSecurityToken", 403, () -> other.listObjectsV2(ListObjectsV2Request.newBuilder().bucket(SOURCE).build()));
      }
    });
    behaviours.put("callback", () -> {
      String url = System.getenv("OSS_CALLBACK_URL");
      String variables = Base64.getEncoder().encodeToString("{\"x:uid\":\"12345\"}".getBytes(StandardCharsets.UTF_8));
      PutObjectRequest.Builder request = PutObjectRequest.newBuilder().bucket(SOURCE).key("called").callbackVar(variables);
      String answer = client.putObject(request.callback(callbackTo(url)).body(BinaryData.fromString("called")).build()).callbackResult();
      equal(answer, "{\"received\":\"bucket=" + SOURCE + "&object=called&size=6&uid=12345\"}", "answer");
      // The SDK takes 203 for a success.
      PutObjectResult failed = client.putObject(
          PutObjectRequest.newBuilder().bucket(SOURCE).key("called in vain").callback(callbackTo(url + "/fail")).body(BinaryData.fromString("x")).build());
      check(failed.statusCode() == 203 && failed.callbackResult().contains("<Code>CallbackFailed</Code>"), "failure: " + failed.callbackResult());
      equal(new String(get(SOURCE, "called in vain", null)), "x", "the object is stored");
      refused("NotImplemented", 400, () -> client.putObject(
          PutObjectRequest.newBuilder().bucket(SOURCE).key("not called").callback(callbackTo("http://callback.example.com")).body(BinaryData.fromString("x")).build()));
      refused("NoSuchKey", 404, () -> head(SOURCE, "not called"));
    });
    behaviours.put("presigned URLs", () -> {
      PresignResult signed = client.presign(PutObjectRequest.newBuilder().bucket(SOURCE).key("signed").contentType("text/signed").metadata(Map.of("by", "url")).build());
      equal(fetch("PUT", signed.url(), signed.signedHeaders().orElse(Map.of()), "signed").statusCode(), 200, "put");
      equal(head(SOURCE, "signed").contentType() + head(SOURCE, "signed").metadata().get("by"), "text/signedurl", "head");
      String first = client.putObject(PutObjectRequest.newBuilder().bucket(VERSIONED).key("signed").body(BinaryData.fromString("1")).build()).versionId();
      put(VERSIONED, "signed", new byte[] {'2'});
      String url = client.presign(GetObjectRequest.newBuilder().bucket(VERSIONED).key("signed").versionId(first).build()).url();
      equal(fetch("GET", url, Map.of(), "").body(), "1", "version");
      String other = client.presign(GetObjectRequest.newBuilder().bucket(SOURCE).key("signed").build()).url().replace("/signed?", "/plain.bin?");
      equal(fetch(other), 403, "for another object");
    });
    behaviours.put("form upload: V1 and V4", () -> {
      for (Map<String, String> fields : List.of(formV1(), formV4())) {
        equal(postForm(fields, "form/${filename}", "by a browser").statusCode(), 204, "upload");
        equal(new String(get(SOURCE, "form/from-disk.txt", null)), "by a browser", "content");
        HttpResponse<String> elsewhere = postForm(fields, "elsewhere", "x");
        check(elsewhere.statusCode() == 403 && elsewhere.body().contains("Invalid according to Policy"), "another key: " + elsewhere.body());
        HttpResponse<String> tooLong = postForm(fields, "form/long", "x".repeat(101));
        check(tooLong.statusCode() == 400 && tooLong.body().contains("EntityTooLarge"), "too long: " + tooLong.body());
      }
    });
  }

  private static void bucketPolicy() throws Exception {
    String userId = System.getenv("OSS_RAM_USER_ID");
    try (OSSClient user = makeClient("v4", credentials("OSS_RAM"))) {
      Behaviour read = () -> user.headObject(HeadObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").build());
      refused("AccessDenied", 403, read);
      setPolicy("Allow", userId, "\"oss:GetObject\"");
      read.run();
      equal(isPublic(), false, "public");
      refused("AccessDenied", 403, () -> user.copyObject(copy(SOURCE, "by-user", "plain.bin").build()));
      setPolicy("Allow", userId, "\"oss:GetObject\",\"oss:PutObject\"");
      user.copyObject(copy(SOURCE, "by-user", "plain.bin").build());
      // Tags go with a copy, and have actions of their own.
      refused("AccessDenied", 403, () -> user.copyObject(copy(SOURCE, "by-user", "tagged").build()));
      setPolicy("Allow", userId, "\"oss:GetObject*\",\"oss:PutObject*\"");
      user.copyObject(copy(SOURCE, "by-user", "tagged").build());
      setPolicy("Deny", userId, "\"oss:*\"");
      refused("AccessDenied", 403, read);
    }
    setPolicy("Allow", "*", "\"oss:GetObject\"");
    equal(fetch(ENDPOINT + "/" + SOURCE + "/plain.bin") + " " + isPublic(), "200 true", "anybody");
    refused("InvalidPolicyDocument", 400, () -> client.putBucketPolicy(PutBucketPolicyRequest.newBuilder().bucket(SOURCE).body(BinaryData.fromString("{\"Version\":\"2\"}")).build()));
    client.deleteBucketPolicy(DeleteBucketPolicyRequest.newBuilder().bucket(SOURCE).build());
    refused("NoSuchBucketPolicy", 404, () -> client.getBucketPolicy(GetBucketPolicyRequest.newBuilder().bucket(SOURCE).build()));
  }

  private static String callbackTo(String url) {
    String settings = "{\"callbackUrl\":\"" + url + "\",\"callbackBody\":\"bucket=${bucket}&object=${object}&size=${size}&uid=${x:uid}\"}";
    return Base64.getEncoder().encodeToString(settings.getBytes(StandardCharsets.UTF_8));
  }

  private static void setPolicy(String effect, String principal, String actions) {
    String resources = "\"acs:oss:*:*:" + SOURCE + "\",\"acs:oss:*:*:" + SOURCE + "/*\"";
    String policy = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"" + effect + "\",\"Principal\":[\"" + principal + "\"],\"Action\":[" + actions + "],\"Resource\":[" + resources + "]}]}";
    client.putBucketPolicy(PutBucketPolicyRequest.newBuilder().bucket(SOURCE).body(BinaryData.fromString(policy)).build());
    equal(client.getBucketPolicy(GetBucketPolicyRequest.newBuilder().bucket(SOURCE).build()).body().toString(), policy, "policy");
  }

  private static boolean isPublic() {
    return client.getBucketPolicyStatus(GetBucketPolicyStatusRequest.newBuilder().bucket(SOURCE).build()).policyStatus().isPublic();
  }

  private static String policyOf(String conditions) {
    String expiration = Instant.now().plus(10, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000Z");
    String common = "{\"bucket\":\"" + SOURCE + "\"},[\"starts-with\",\"$key\",\"form/\"],[\"content-length-range\",1,100]";
    String policy = "{\"expiration\":\"" + expiration + "\",\"conditions\":[" + conditions + common + "]}";
    return Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] mac(String algorithm, byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(key, algorithm));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The fields of a form, signed as the SDK's samples sign them: it has no call for that. */
  private static Map<String, String> formV1() throws Exception {
    String policy = policyOf("");
    byte[] signature = mac("HmacSHA1", System.getenv("OSS_ACCESS_KEY_SECRET").getBytes(StandardCharsets.UTF_8), policy);
    return Map.of("OSSAccessKeyId", System.getenv("OSS_ACCESS_KEY_ID"), "policy", policy, "Signature", Base64.getEncoder().encodeToString(signature));
  }

  private static Map<String, String> formV4() throws Exception {
    String stamp = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC).format(Instant.now());
    String date = stamp.substring(0, 8);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("x-oss-signature-version", "OSS4-HMAC-SHA256");
    fields.put("x-oss-credential", System.getenv("OSS_ACCESS_KEY_ID") + "/" + date + "/" + REGION + "/oss/aliyun_v4_request");
    fields.put("x-oss-date", stamp);
    StringBuilder conditions = new StringBuilder();
    fields.forEach((name, value) -> conditions.append("{\"").append(name).append("\":\"").append(value).append("\"},"));
    String policy = policyOf(conditions.toString());
    byte[] key = ("aliyun_v4" + System.getenv("OSS_ACCESS_KEY_SECRET")).getBytes(StandardCharsets.UTF_8);
    for (String part : List.of(date, REGION, "oss", "aliyun_v4_request")) key = mac("HmacSHA256", key, part);
    fields.put("policy", policy);
    fields.put("x-oss-signature", HexFormat.of().formatHex(mac("HmacSHA256", key, policy)));
    return fields;
  }

  private static HttpResponse<String> postForm(Map<String, String> fields, String key, String file) throws Exception {
    String boundary = "conformance9431149156168";
    StringBuilder body = new StringBuilder();
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.put("key", key);
    all.forEach((name, value) -> body.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"").append(name).append("\"\r\n\r\n").append(value).append("\r\n"));
    body.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"file\"; filename=\"from-disk.txt\"\r\nContent-Type: text/plain\r\n\r\n");
    body.append(file).append("\r\n--").append(boundary).append("--\r\n");
    return fetch("POST", ENDPOINT + "/" + SOURCE + "/", Map.of("Content-Type", "multipart/form-data; boundary=" + boundary), body.toString());
  }
}
