"""alibabacloud-oss-v2, unmodified, against an endpoint: every behaviour, in the order of the imports."""
import alibabacloud_oss_v2 as oss
import python_v2_buckets  # noqa: F401
import python_v2_objects  # noqa: F401
import python_v2_copies  # noqa: F401
import python_v2_versions  # noqa: F401
import python_v2_protection  # noqa: F401
import python_v2_configurations  # noqa: F401
import python_v2_permissions  # noqa: F401
from behaviours import behaviour, equal, resolve_everything_to_loopback, run_all
from python_v2_setting import DESTINATION, SOURCE, VERSIONED, client, refused


@behaviour('delete bucket')
def _():
    refused('BucketNotEmpty', 409, lambda: client.delete_bucket(oss.DeleteBucketRequest(bucket=SOURCE)))
    for bucket in (SOURCE, DESTINATION, VERSIONED):
        for page in client.list_object_versions_paginator().iter_page(oss.ListObjectVersionsRequest(bucket=bucket)):
            for entry in [*(page.version or []), *(page.delete_marker or [])]:
                client.delete_object(oss.DeleteObjectRequest(bucket=bucket, key=entry.key, version_id=entry.version_id))
        equal(client.delete_bucket(oss.DeleteBucketRequest(bucket=bucket)).status_code, 204)
    refused('NoSuchBucket', 404, lambda: client.get_bucket_info(oss.GetBucketInfoRequest(bucket=SOURCE)))


resolve_everything_to_loopback()
run_all()
