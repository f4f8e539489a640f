// Versions: by id, as sources of copies and below them, and their listing.
package conformance;

import static conformance.Setting.*;

import com.aliyun.sdk.service.oss2.models.*;
import com.aliyun.sdk.service.oss2.transport.BinaryData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

final class VersionBehaviours {
  static void register() {
    behaviours.put("versions: enable, list, copy a version, delete markers", () -> {
      putVersion("older", "before");
      versioning(VERSIONED, "Enabled");
      equal(head(VERSIONED, "older").versionId(), "null", "written before");
      String first = putVersion("v", "first");
      String second = putVersion("v", "second");
      check(first.startsWith("CAEQ") && !first.equals(second), "versions have ids");
      CopyObjectResult rolledBack = client.copyObject(copyVersion("v", "v").sourceVersionId(first).build());
      equal(rolledBack.copySourceVersionId(), first, "version that was copied");
      equal(getVersion("v", null), "first", "current");
      equal(getVersion("v", second), "second", "named version");
      DeleteObjectResult marker = delete("v", null);
      equal(marker.deleteMarker(), true, "delete marker");
      refused("NoSuchKey", 404, () -> get(VERSIONED, "v", null));
      refused("MethodNotAllowed", 405, () -> get(VERSIONED, "v", marker.versionId()));
      refused("NoSuchKey", 404, () -> client.copyObject(copyVersion("w", "v").build()));
      equal(versionsOf("v"), rolledBack.versionId() + " " + second + " " + first + " | " + marker.versionId(), "the newest first");
      equal(delete("v", marker.versionId()).deleteMarker(), true, "the marker is gone");
      equal(getVersion("v", null), "first", "without its marker");
    });
    behaviours.put("versions: meta, tags and ACL by id, deletion for good", () -> {
      String one = putVersion("facts", "1");
      String two = putVersion("facts", "22");
      GetObjectMetaResult meta = client.getObjectMeta(GetObjectMetaRequest.newBuilder().bucket(VERSIONED).key("facts").versionId(one).build());
      equal(meta.contentLength() + meta.versionId(), "1" + one, "meta");
      client.putObjectTagging(PutObjectTaggingRequest.newBuilder().bucket(VERSIONED).key("facts").versionId(one).tagging(tagging("which", "old")).build());
      equal(tagsOf(VERSIONED, "facts", null) + tagsOf(VERSIONED, "facts", one), "which=old", "tags");
      client.putObjectAcl(PutObjectAclRequest.newBuilder().bucket(VERSIONED).key("facts").versionId(one).objectAcl("public-read").build());
      equal(aclOf(VERSIONED, "facts", one) + " " + aclOf(VERSIONED, "facts", null), "public-read default", "ACLs");
      equal(delete("facts", two).versionId(), two, "deleted");
      equal(getVersion("facts", null), "1", "current");
      refused("NoSuchVersion", 404, () -> getVersion("facts", two));
      refused("InvalidArgument", 400, () -> getVersion("facts", "%%%"));
      delete("facts", one);
      equal(versionsOf("facts"), " | ", "what is left");
    });
    behaviours.put("versions: pages of the listing", () -> {
      List<String> expected = new ArrayList<>();
      for (String key : List.of("page/a", "page/b", "page/sub/c")) {
        String first = putVersion(key, "1");
        String second = putVersion(key, "2");
        expected.addAll(List.of(key + putVersion(key, "3"), key + second, key + first));
      }
      for (long limit : new long[] {1, 2, 5}) {
        List<String> found = new ArrayList<>();
        ListObjectVersionsRequest request = ListObjectVersionsRequest.newBuilder().bucket(VERSIONED).prefix("page/").maxKeys(limit).build();
        for (ListObjectVersionsResult page : client.listObjectVersionsPaginator(request)) {
          if (page.versions() != null) for (ObjectVersion each : page.versions()) found.add(each.key() + each.versionId());
        }
        equal(found, expected, "pages of " + limit);
      }
      ListObjectVersionsResult grouped = client.listObjectVersions(ListObjectVersionsRequest.newBuilder().bucket(VERSIONED).prefix("page/").delimiter("/").build());
      equal(grouped.commonPrefixes().get(0).prefix() + grouped.versions().size(), "page/sub/6", "grouped");
    });
    behaviours.put("versions: copies onto versions, suspended, forbid overwrite", () -> {
      String kept = putVersion("onto", "kept");
      putVersion("from", "from");
      String copied = client.copyObject(copyVersion("onto", "from").forbidOverwrite("true").build()).versionId();
      check(!copied.equals(kept), "not asked where there are versions");
      equal(getVersion("onto", kept), "kept", "older version");
      String uploadId = client.initiateMultipartUpload(InitiateMultipartUploadRequest.newBuilder().bucket(VERSIONED).key("onto").build()).initiateMultipartUpload().uploadId();
      UploadPartCopyResult part = client.uploadPartCopy(UploadPartCopyRequest.newBuilder().bucket(VERSIONED).key("onto").uploadId(uploadId).partNumber(1L)
          .sourceBucket(VERSIONED).sourceKey("onto").sourceVersionId(kept).build());
      List<Part> parts = List.of(Part.newBuilder().partNumber(1L).eTag(part.copyPartResult().eTag()).build());
      equal(getVersion("onto", complete(VERSIONED, "onto", uploadId, parts).versionId()), "kept", "version from parts");
      String marker = delete("onto", null).versionId();
      refused("InvalidArgument", 400, () -> client.copyObject(copyVersion("x", "onto").sourceVersionId(marker).build()));
      versioning(VERSIONED, "Suspended");
      equal(putVersion("onto", "null"), "null", "version while suspended");
      equal(client.copyObject(copyVersion("onto", "from").build()).versionId(), "null", "copy while suspended");
      equal(getVersion("onto", "null"), "from", "the null version");
      equal(delete("onto", null).versionId(), "null", "marker while suspended");
      check(versionsOf("onto").endsWith(" | null " + marker), "markers");
      versioning(VERSIONED, "Enabled");
    });
  }

  private static String putVersion(String key, String text) {
    return client.putObject(PutObjectRequest.newBuilder().bucket(VERSIONED).key(key).body(BinaryData.fromString(text)).build()).versionId();
  }

  private static String getVersion(String key, String versionId) throws Exception {
    return new String(get(VERSIONED, key, versionId));
  }

  private static CopyObjectRequest.Builder copyVersion(String key, String sourceKey) {
    return copy(VERSIONED, key, sourceKey).sourceBucket(VERSIONED);
  }

  private static DeleteObjectResult delete(String key, String versionId) {
    DeleteObjectRequest.Builder request = DeleteObjectRequest.newBuilder().bucket(VERSIONED).key(key);
    if (versionId != null) request.versionId(versionId);
    return client.deleteObject(request.build());
  }

  /** Ids of versions, newest first, and of delete markers. */
  private static String versionsOf(String prefix) {
    ListObjectVersionsResult page = client.listObjectVersions(ListObjectVersionsRequest.newBuilder().bucket(VERSIONED).prefix(prefix).build());
    String versions = page.versions() == null ? "" : page.versions().stream().map(ObjectVersion::versionId).collect(Collectors.joining(" "));
    String markers = page.deleteMarkers() == null ? "" : page.deleteMarkers().stream().map(DeleteMarkerEntry::versionId).collect(Collectors.joining(" "));
    return versions + " | " + markers;
  }
}
