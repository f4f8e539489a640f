// What happens to content and who may change it: encryption, storage classes and restoration, retention, links, sealing, headers with rules of their own.
package conformance;

import static conformance.Setting.*;

import com.aliyun.sdk.service.oss2.models.*;
import com.aliyun.sdk.service.oss2.transport.BinaryData;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

final class ProtectionBehaviours {
  private static final String KMS_KEY = System.getenv("OSS_KMS_KEY_ID");
  private static final String WORM = RUN + "-java-worm";
  private static final String HELD = RUN + "-java-held";

  static void register() {
    registerEncryption();
    registerRetention();
    behaviours.put("archive and restore", () -> {
      client.putObject(putRequest("cold", "cold").storageClass("Archive").build());
      refused("InvalidObjectState", 403, () -> get(SOURCE, "cold", null));
      refused("InvalidObjectState", 403, () -> client.copyObject(copy(DESTINATION, "cold", "cold").build()));
      equal(restore("cold", null).statusCode(), 202, "status");
      refused("RestoreAlreadyInProgress", 409, () -> restore("cold", null));
      waitUntil(() -> head(SOURCE, "cold").restore().startsWith("ongoing-request=\"false\", expiry-date=\""), "the restoration");
      equal(new String(get(SOURCE, "cold", null)), "cold", "restored");
      client.copyObject(copy(DESTINATION, "cold", "cold").storageClass("Standard").build());
      equal(new String(get(DESTINATION, "cold", null)), "cold", "copy of the restored object");
      equal(restore("cold", RestoreRequest.newBuilder().days(3L).build()).statusCode(), 200, "prolonged");
      client.cleanRestoredObject(CleanRestoredObjectRequest.newBuilder().bucket(SOURCE).key("cold").build());
      refused("InvalidObjectState", 403, () -> get(SOURCE, "cold", null));
      client.putObject(putRequest("deep", "deep").storageClass("DeepColdArchive").build());
      RestoreRequest tier = RestoreRequest.newBuilder().days(1L).jobParameters(JobParameters.newBuilder().tier("Standard").build()).build();
      equal(restore("deep", tier).statusCode(), 202, "status of a cold class");
      refused("OperationNotSupported", 400, () -> restore("plain.bin", null));
    });
    behaviours.put("symlinks", () -> {
      symlink("link", "plain.bin");
      equal(client.getSymlink(GetSymlinkRequest.newBuilder().bucket(SOURCE).key("link").build()).symlinkTarget(), "plain.bin", "target");
      equal(head(SOURCE, "link").objectType() + get(SOURCE, "link", null).length, "Symlink" + 300 * KIB, "through the link");
      client.copyObject(copy(SOURCE, "copied link", "link").build());
      equal(head(SOURCE, "copied link").objectType(), "Symlink", "a link is copied, not what it points to");
      symlink("dangling", "nothing");
      refused("SymlinkTargetNotExist", 404, () -> get(SOURCE, "dangling", null));
      symlink("chain", "link");
      refused("InvalidTargetType", 400, () -> get(SOURCE, "chain", null));
      refused("NotSymlink", 400, () -> client.getSymlink(GetSymlinkRequest.newBuilder().bucket(SOURCE).key("plain.bin").build()));
    });
    behaviours.put("seal an appendable object", () -> {
      appendTo("sealed", 0, "hello");
      refused("PositionNotEqualToLength", 409, () -> seal("sealed", 4));
      equal(seal("sealed", 5).sealedTime(), head(SOURCE, "sealed").sealedTime(), "sealed time");
      refused("AppendSealedObjectNotAllowed", 409, () -> appendTo("sealed", 5, "x"));
      client.copyObject(copy(DESTINATION, "copy of sealed", "sealed").build());
      equal(new String(get(DESTINATION, "copy of sealed", null)), "hello", "copy");
    });
    behaviours.put("persistent headers", () -> {
      client.putObject(putRequest("persistent", "p").header("x-oss-persistent-headers", persistent("myheader1", "myvalue1")).build());
      equal(head(SOURCE, "persistent").headers().get("myheader1"), "myvalue1", "header");
      client.copyObject(copy(DESTINATION, "persistent", "persistent").build());
      equal(head(DESTINATION, "persistent").headers().get("myheader1"), "myvalue1", "they travel with COPY");
      client.copyObject(copy(DESTINATION, "persistent", "persistent").metadataDirective("REPLACE").header("x-oss-persistent-headers", persistent("other", "o")).build());
      equal(head(DESTINATION, "persistent").headers().get("myheader1"), null, "REPLACE");
    });
    behaviours.put("traffic limit", () -> {
      byte[] body = data(100 * KIB);
      long started = System.nanoTime();
      client.putObject(PutObjectRequest.newBuilder().bucket(SOURCE).key("slow").trafficLimit(819200).body(BinaryData.fromBytes(body)).build());
      long elapsedMs = (System.nanoTime() - started) / 1_000_000;
      check(elapsedMs > 400 && elapsedMs < 5000, "100 KiB at 100 KiB/s took " + elapsedMs + " ms");
      client.copyObject(copy(DESTINATION, "slow", "slow").trafficLimit(819200).build());
      refused("InvalidArgument", 400, () -> client.copyObject(copy(DESTINATION, "x", "slow").trafficLimit(1).build()));
    });
  }

  private static void registerEncryption() {
    behaviours.put("encryption at rest", () -> {
      byte[] body = data(300 * KIB);
      client.putObject(PutObjectRequest.newBuilder().bucket(SOURCE).key("secret").serverSideEncryption("AES256").body(BinaryData.fromBytes(body)).build());
      equal(head(SOURCE, "secret").serverSideEncryption(), "AES256", "encryption");
      equal(Arrays.equals(get(SOURCE, "secret", null), body), true, "body");
      client.putObject(putRequest("named", "secret").serverSideEncryption("KMS").serverSideEncryptionKeyId(KMS_KEY).build());
      equal(head(SOURCE, "named").serverSideEncryption() + head(SOURCE, "named").serverSideEncryptionKeyId(), "KMS" + KMS_KEY, "encryption");
      equal(new String(get(SOURCE, "named", null)), "secret", "body");
      refused("KeyNotFound", 404, () -> client.putObject(putRequest("x", "x").serverSideEncryption("KMS").serverSideEncryptionKeyId("9468da86-3509-4f8d-a61e-6eab1eac0000").build()));
      refused("InvalidEncryptionAlgorithmError", 400, () -> client.copyObject(copy(DESTINATION, "x", "plain.bin").serverSideEncryption("none").build()));
    });
    behaviours.put("encryption: default of the bucket", () -> {
      ApplyServerSideEncryptionByDefault byDefault = ApplyServerSideEncryptionByDefault.newBuilder().sSEAlgorithm("KMS").kMSMasterKeyID(KMS_KEY).build();
      client.putBucketEncryption(PutBucketEncryptionRequest.newBuilder().bucket(SOURCE)
          .serverSideEncryptionRule(ServerSideEncryptionRule.newBuilder().applyServerSideEncryptionByDefault(byDefault).build()).build());
      equal(client.getBucketEncryption(GetBucketEncryptionRequest.newBuilder().bucket(SOURCE).build()).serverSideEncryptionRule()
          .applyServerSideEncryptionByDefault().kMSMasterKeyID(), KMS_KEY, "rule");
      equal(client.getBucketInfo(GetBucketInfoRequest.newBuilder().bucket(SOURCE).build()).bucketInfo().serverSideEncryptionRule().sseAlgorithm(), "KMS", "rule in the info");
      put(SOURCE, "by-default", new byte[] {1});
      equal(head(SOURCE, "by-default").serverSideEncryptionKeyId(), KMS_KEY, "by default");
      client.putObject(putRequest("by-header", "h").serverSideEncryption("AES256").build());
      equal(head(SOURCE, "by-header").serverSideEncryption(), "AES256", "by header");
      client.deleteBucketEncryption(DeleteBucketEncryptionRequest.newBuilder().bucket(SOURCE).build());
      refused("NoSuchServerSideEncryptionRule", 404, () -> client.getBucketEncryption(GetBucketEncryptionRequest.newBuilder().bucket(SOURCE).build()));
    });
    behaviours.put("copy: encryption there and back", () -> {
      HeadObjectResult plain = head(SOURCE, "plain.bin");
      client.copyObject(copy(DESTINATION, "there", "plain.bin").serverSideEncryption("AES256").build());
      client.copyObject(copy(DESTINATION, "other", "there").sourceBucket(DESTINATION).serverSideEncryption("KMS").serverSideEncryptionKeyId(KMS_KEY).build());
      client.copyObject(copy(DESTINATION, "back", "other").sourceBucket(DESTINATION).build());
      List<String> keys = List.of("there", "other", "back");
      List<String> encryptions = new ArrayList<>();
      for (String key : keys) {
        HeadObjectResult facts = head(DESTINATION, key);
        encryptions.add(String.valueOf(facts.serverSideEncryption()));
        equal(facts.eTag() + facts.hashCrc64ecma(), plain.eTag() + plain.hashCrc64ecma(), key);
        equal(Arrays.equals(get(DESTINATION, key, null), data(300 * KIB)), true, key);
      }
      equal(encryptions, List.of("AES256", "KMS", "null"), "encryption");
    });
  }

  private static void registerRetention() {
    behaviours.put("retention", () -> {
      client.putBucket(PutBucketRequest.newBuilder().bucket(WORM).build());
      put(WORM, "before", new byte[] {1});
      String id = initiateWorm();
      equal(stateOf(), id + " InProgress 1", "state");
      refused("WORMConfigurationAlreadyExists", 409, ProtectionBehaviours::initiateWorm);
      refused("FileImmutable", 409, () -> put(WORM, "before", new byte[] {2}));
      refused("FileImmutable", 409, () -> client.copyObject(copy(WORM, "before", "plain.bin").build()));
      refused("FileImmutable", 409, () -> client.deleteObject(DeleteObjectRequest.newBuilder().bucket(WORM).key("before").build()));
      put(WORM, "new", new byte[] {1});
      client.copyObject(copy(DESTINATION, "from-worm", "before").sourceBucket(WORM).build());
      client.abortBucketWorm(AbortBucketWormRequest.newBuilder().bucket(WORM).build());
      refused("NoSuchWORMConfiguration", 404, ProtectionBehaviours::stateOf);
      put(WORM, "before", new byte[] {2});
      String locked = initiateWorm();
      client.completeBucketWorm(CompleteBucketWormRequest.newBuilder().bucket(WORM).wormId(locked).build());
      client.extendBucketWorm(ExtendBucketWormRequest.newBuilder().bucket(WORM).wormId(locked)
          .extendWormConfiguration(ExtendWormConfiguration.newBuilder().retentionPeriodInDays(2).build()).build());
      equal(stateOf(), locked + " Locked 2", "state");
      refused("WORMConfigurationLocked", 403, () -> client.abortBucketWorm(AbortBucketWormRequest.newBuilder().bucket(WORM).build()));
    });
    behaviours.put("retention of objects, legal hold", () -> {
      client.putBucket(PutBucketRequest.newBuilder().bucket(HELD).build());
      versioning(HELD, "Enabled");
      ObjectWormConfigurationDefaultRetention byDefault = ObjectWormConfigurationDefaultRetention.newBuilder().mode("GOVERNANCE").days(1).build();
      client.putBucketObjectWormConfiguration(PutBucketObjectWormConfigurationRequest.newBuilder().bucket(HELD).objectWormConfiguration(ObjectWormConfiguration.newBuilder()
          .objectWormEnabled("Enabled").rule(ObjectWormConfigurationRule.newBuilder().defaultRetention(byDefault).build()).build()).build());
      equal(client.getBucketObjectWormConfiguration(GetBucketObjectWormConfigurationRequest.newBuilder().bucket(HELD).build()).objectWormConfiguration()
          .rule().defaultRetention().mode(), "GOVERNANCE", "configuration");
      String version = client.putObject(PutObjectRequest.newBuilder().bucket(HELD).key("held").body(BinaryData.fromString("1")).build()).versionId();
      equal(head(HELD, "held").headers().get("x-oss-object-worm-mode"), "GOVERNANCE", "by default");
      refused("FileImmutable", 409, () -> remove(version, false));
      String until = Instant.now().plus(3, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000Z");
      client.putObjectRetention(PutObjectRetentionRequest.newBuilder().bucket(HELD).key("held").versionId(version)
          .retention(Retention.newBuilder().mode("GOVERNANCE").retainUntilDate(until).build()).build());
      Retention kept = client.getObjectRetention(GetObjectRetentionRequest.newBuilder().bucket(HELD).key("held").versionId(version).build()).retention();
      equal(kept.mode() + kept.retainUntilDate(), "GOVERNANCE" + until, "retention");
      equal(hold("ON", version), "ON", "hold");
      refused("FileImmutable", 409, () -> remove(version, true));
      equal(hold("OFF", version), "OFF", "hold");
      remove(version, true);
      client.deleteBucket(DeleteBucketRequest.newBuilder().bucket(HELD).build());
    });
  }

  private static PutObjectRequest.Builder putRequest(String key, String text) {
    return PutObjectRequest.newBuilder().bucket(SOURCE).key(key).body(BinaryData.fromString(text));
  }

  private static RestoreObjectResult restore(String key, RestoreRequest restoreRequest) {
    RestoreObjectRequest.Builder request = RestoreObjectRequest.newBuilder().bucket(SOURCE).key(key);
    if (restoreRequest != null) request.restoreRequest(restoreRequest);
    return client.restoreObject(request.build());
  }

  private static String initiateWorm() {
    InitiateWormConfiguration configuration = InitiateWormConfiguration.newBuilder().retentionPeriodInDays(1).build();
    return client.initiateBucketWorm(InitiateBucketWormRequest.newBuilder().bucket(WORM).initiateWormConfiguration(configuration).build()).wormId();
  }

  private static String stateOf() {
    WormConfiguration worm = client.getBucketWorm(GetBucketWormRequest.newBuilder().bucket(WORM).build()).wormConfiguration();
    return worm.wormId() + " " + worm.state() + " " + worm.retentionPeriodInDays();
  }

  private static void remove(String version, boolean bypass) {
    DeleteObjectRequest.Builder request = DeleteObjectRequest.newBuilder().bucket(HELD).key("held").versionId(version);
    if (bypass) request.header("x-oss-bypass-governance-retention", "true");
    client.deleteObject(request.build());
  }

  private static String hold(String status, String version) {
    client.putObjectLegalHold(PutObjectLegalHoldRequest.newBuilder().bucket(HELD).key("held").versionId(version).legalHold(LegalHold.newBuilder().status(status).build()).build());
    return client.getObjectLegalHold(GetObjectLegalHoldRequest.newBuilder().bucket(HELD).key("held").versionId(version).build()).legalHold().status();
  }

  private static void symlink(String key, String target) {
    client.putSymlink(PutSymlinkRequest.newBuilder().bucket(SOURCE).key(key).symlinkTarget(target).build());
  }

  private static void appendTo(String key, long position, String text) {
    client.appendObject(AppendObjectRequest.newBuilder().bucket(SOURCE).key(key).position(position).body(BinaryData.fromString(text)).build());
  }

  private static SealAppendObjectResult seal(String key, long position) {
    return client.sealAppendObject(SealAppendObjectRequest.newBuilder().bucket(SOURCE).key(key).position(position).build());
  }

  private static String persistent(String name, String value) {
    return name + ":" + Base64.getEncoder().encodeToString(value.getBytes());
  }
}
