// The Java SDK v2, unmodified, against an endpoint: prints one JSON line for each behaviour, and last how many there were.
package conformance;

import static conformance.Setting.*;

import com.aliyun.sdk.service.oss2.models.*;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

public final class Conformance {
  public static void main(String[] arguments) throws Exception {
    ObjectBehaviours.register();
    VersionBehaviours.register();
    ProtectionBehaviours.register();
    ConfigurationBehaviours.register();
    PermissionBehaviours.register();
    behaviours.put("delete bucket", Conformance::deleteBuckets);
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

  private static void deleteBuckets() throws Exception {
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
    refused("NoSuchBucket", 404, () -> client.getBucketInfo(GetBucketInfoRequest.newBuilder().bucket(SOURCE).build()));
  }
}
