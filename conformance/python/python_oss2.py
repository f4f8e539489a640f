"""oss2 (Python v1 SDK), unmodified, with V1, V2 and V4 signatures: every behaviour, in the order of the imports."""
import python_oss2_objects  # noqa: F401
import python_oss2_copies  # noqa: F401
import python_oss2_versions  # noqa: F401
import python_oss2_protection  # noqa: F401
import python_oss2_configurations  # noqa: F401
from behaviours import behaviour, equal, resolve_everything_to_loopback, run_all
from oss2.models import BatchDeleteObjectVersion, BatchDeleteObjectVersionList
from python_oss2_setting import destination, refused, source, versioned


@behaviour('delete bucket')
def _():
    refused('BucketNotEmpty', 409, source.delete_bucket)
    for bucket in (source, destination, versioned):
        while True:
            page = bucket.list_object_versions(max_keys=1000)
            entries = [BatchDeleteObjectVersion(each.key, each.versionid) for each in [*page.versions, *page.delete_marker]]
            if not entries:
                break
            bucket.delete_object_versions(BatchDeleteObjectVersionList(entries))
        equal(bucket.delete_bucket().status, 204)
    refused('NoSuchBucket', 404, source.get_bucket_info)


resolve_everything_to_loopback()
run_all()
