// Buckets, objects and their copies.
package conformance;

import static conformance.Setting.*;

import com.aliyun.sdk.service.oss2.OSSClient;
import com.aliyun.sdk.service.oss2.models.*;
import com.aliyun.sdk.service.oss2.transport.BinaryData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

final class ObjectBehaviours {
  static void register() {
    behaviours.put("buckets: create, list, info, location, stat", () -> {
      for (String bucket : List.of(SOURCE, DESTINATION, VERSIONED)) client.putBucket(PutBucketRequest.newBuilder().bucket(bucket).build());
      equal(client.listBuckets(ListBucketsRequest.newBuilder().prefix(RUN + "-java").build()).buckets().size(), 3, "buckets");
      BucketInfo info = client.getBucketInfo(GetBucketInfoRequest.newBuilder().bucket(SOURCE).build()).bucketInfo();
      equal(info.location(), "oss-" + REGION, "location");
      equal(info.storageClass(), "Standard", "class");
    });
    behaviours.put("regions", () -> {
      List<RegionInfo> regions = client.describeRegions(DescribeRegionsRequest.newBuilder().regions("oss-" + REGION).build()).regionInfoList().regionInfos();
      equal(regions.size() + regions.get(0).internetEndpoint(), "1oss-" + REGION + ".aliyuncs.com", "regions");
    });
    behaviours.put("block public access", () -> {
      equal(client.getBucketInfo(GetBucketInfoRequest.newBuilder().bucket(SOURCE).build()).bucketInfo().blockPublicAccess(), true, "a new bucket");
      refused("AccessDenied", 403, () -> client.putBucketAcl(PutBucketAclRequest.newBuilder().bucket(SOURCE).acl("public-read").build()));
      for (String bucket : List.of(SOURCE, DESTINATION, VERSIONED)) {
        client.putBucketPublicAccessBlock(PutBucketPublicAccessBlockRequest.newBuilder().bucket(bucket)
            .bucketPublicAccessBlockConfiguration(BucketPublicAccessBlockConfiguration.newBuilder().blockPublicAccess(false).build()).build());
        equal(client.getBucketPublicAccessBlock(GetBucketPublicAccessBlockRequest.newBuilder().bucket(bucket).build()).publicAccessBlockConfiguration()
            .blockPublicAccess(), false, "block");
      }
      equal(client.getPublicAccessBlock(GetPublicAccessBlockRequest.newBuilder().build()).publicAccessBlockConfiguration().blockPublicAccess(), false, "of the account");
    });
    behaviours.put("bucket ACL", () -> {
      for (String acl : List.of("public-read", "private")) {
        client.putBucketAcl(PutBucketAclRequest.newBuilder().bucket(SOURCE).acl(acl).build());
        equal(client.getBucketAcl(GetBucketAclRequest.newBuilder().bucket(SOURCE).build()).accessControlPolicy().accessControlList().grant(), acl, "ACL");
      }
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
    behaviours.put("object ACL", () -> {
      for (String acl : List.of("public-read", "private")) {
        client.putObjectAcl(PutObjectAclRequest.newBuilder().bucket(SOURCE).key("plain.bin").objectAcl(acl).build());
        equal(aclOf(SOURCE, "plain.bin", null), acl, "ACL");
        equal(fetch(ENDPOINT + "/" + SOURCE + "/plain.bin"), acl.equals("private") ? 403 : 200, "anonymous");
      }
    });
    behaviours.put("object tagging", () -> {
      Tagging tagging = tagging("key", "中文 +/");
      client.putObjectTagging(PutObjectTaggingRequest.newBuilder().bucket(SOURCE).key("plain.bin").tagging(tagging).build());
      equal(tagsOf(SOURCE, "plain.bin", null), "key=中文 +/", "tags");
      client.deleteObjectTagging(DeleteObjectTaggingRequest.newBuilder().bucket(SOURCE).key("plain.bin").build());
      equal(tagsOf(SOURCE, "plain.bin", null), "", "tags");
      client.putObject(PutObjectRequest.newBuilder().bucket(SOURCE).key("tagged").tagging("k1=v1").body(BinaryData.fromString("t")).build());
    });
    behaviours.put("multipart upload, part and upload listings", () -> {
      String uploadId = initiate("big");
      List<Part> parts = new ArrayList<>();
      for (long number = 1; number <= 3; number++) {
        UploadPartResult part = client.uploadPart(UploadPartRequest.newBuilder().bucket(DESTINATION).key("big").uploadId(uploadId).partNumber(number)
            .body(BinaryData.fromBytes(data(110 * KIB))).build());
        parts.add(Part.newBuilder().partNumber(number).eTag(part.eTag()).build());
      }
      ListPartsResult listed = client.listParts(ListPartsRequest.newBuilder().bucket(DESTINATION).key("big").uploadId(uploadId).maxParts(2L).build());
      equal(listed.parts().size() + " " + listed.isTruncated(), "2 true", "parts");
      equal(client.listMultipartUploads(ListMultipartUploadsRequest.newBuilder().bucket(DESTINATION).build()).uploads().get(0).uploadId(), uploadId, "uploads");
      List<Part> wrong = List.of(Part.newBuilder().partNumber(1L).eTag("\"" + "0".repeat(32) + "\"").build());
      refused("InvalidPart", 400, () -> complete(DESTINATION, "big", uploadId, wrong));
      complete(DESTINATION, "big", uploadId, parts);
      equal(get(DESTINATION, "big", null).length, 330 * KIB, "length");
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
      complete(DESTINATION, "large.bin", uploadId, parts);
      equal(Arrays.equals(get(DESTINATION, "large.bin", null), body), true, "body");
      HeadObjectResult head = head(DESTINATION, "large.bin");
      equal(head.objectType(), "Multipart", "type");
      equal(head.hashCrc64ecma(), head(SOURCE, "large.bin").hashCrc64ecma(), "CRC-64");
    });
    behaviours.put("part copy: ranges, conditions, errors", () -> {
      String uploadId = initiate("pc");
      String whole = client.uploadPartCopy(partCopy(uploadId).copySourceRange("bytes=0-" + 300 * KIB).build()).copyPartResult().eTag();
      equal(whole, head(SOURCE, "plain.bin").eTag(), "a range beyond the end");
      refused("PreconditionFailed", 412, () -> client.uploadPartCopy(partCopy(uploadId).copySourceIfMatch("\"0\"").build()));
      status(304, () -> client.uploadPartCopy(partCopy(uploadId).copySourceIfNoneMatch(whole).build()));
      refused("NoSuchKey", 404, () -> client.uploadPartCopy(partCopy(uploadId).sourceKey("missing").build()));
      refused("NoSuchUpload", 404, () -> client.uploadPartCopy(partCopy("0".repeat(32)).build()));
      refused("InvalidArgument", 400, () -> client.uploadPartCopy(partCopy(uploadId).partNumber(10001L).build()));
      refused("InvalidArgument", 400, () -> client.uploadPartCopy(partCopy(uploadId).header("x-oss-server-side-encryption", "AES256").build()));
      client.abortMultipartUpload(AbortMultipartUploadRequest.newBuilder().bucket(DESTINATION).key("pc").uploadId(uploadId).build());
    });
    behaviours.put("abort", () -> {
      String uploadId = initiate("aborted");
      client.abortMultipartUpload(AbortMultipartUploadRequest.newBuilder().bucket(DESTINATION).key("aborted").uploadId(uploadId).build());
      refused("NoSuchUpload", 404,
          () -> client.abortMultipartUpload(AbortMultipartUploadRequest.newBuilder().bucket(DESTINATION).key("aborted").uploadId(uploadId).build()));
    });
    behaviours.put("signatures: V1, presigned V4 and V1", () -> {
      try (OSSClient older = makeClient("v1", credentials("OSS_ACCESS_KEY"))) {
        equal(older.headObject(HeadObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").build()).contentLength(), 300L * KIB, "length");
        equal(fetch(older.presign(GetObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").build()).url()), 200, "presigned V1");
      }
      equal(fetch(client.presign(GetObjectRequest.newBuilder().bucket(SOURCE).key("plain.bin").build()).url()), 200, "presigned V4");
    });
  }

  private static UploadPartCopyRequest.Builder partCopy(String uploadId) {
    return UploadPartCopyRequest.newBuilder().bucket(DESTINATION).key("pc").sourceBucket(SOURCE).sourceKey("plain.bin").partNumber(1L).uploadId(uploadId);
  }
}
