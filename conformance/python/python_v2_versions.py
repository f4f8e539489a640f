"""Versions: by id, as sources of copies and below them, and their listing."""
import alibabacloud_oss_v2 as oss
from behaviours import behaviour, equal
from python_v2_setting import VERSIONED, client, complete, copy, get, head, put, refused, tags_of


def set_versioning(status):
    client.put_bucket_versioning(oss.PutBucketVersioningRequest(bucket=VERSIONED, versioning_configuration=oss.VersioningConfiguration(status=status)))


def delete(key, version_id=None):
    return client.delete_object(oss.DeleteObjectRequest(bucket=VERSIONED, key=key, version_id=version_id))


def versions_of(prefix):
    page = client.list_object_versions(oss.ListObjectVersionsRequest(bucket=VERSIONED, prefix=prefix))
    return page.version or [], page.delete_marker or []


def copy_version(key, source_key, **members):
    return copy(key, source_key, bucket=VERSIONED, source_bucket=VERSIONED, **members)


@behaviour('versions: enable, list, copy a version, delete markers')
def _():
    put(VERSIONED, 'older', b'before')
    set_versioning('Enabled')
    equal(client.get_bucket_versioning(oss.GetBucketVersioningRequest(bucket=VERSIONED)).version_status, 'Enabled')
    equal(head(VERSIONED, 'older').version_id, 'null', 'written before')
    first, second = put(VERSIONED, 'v', b'first').version_id, put(VERSIONED, 'v', b'second').version_id
    assert first.startswith('CAEQ') and first != second, (first, second)
    rolled_back = copy_version('v', 'v', source_version_id=first)
    equal(rolled_back.source_version_id, first)
    assert rolled_back.version_id not in (None, first, second)
    equal(get(VERSIONED, 'v')[1], b'first')
    equal(get(VERSIONED, 'v', version_id=second)[1], b'second')
    equal(head(VERSIONED, 'v', version_id=first).version_id, first)
    marker = delete('v')
    equal(marker.delete_marker, True)
    error = refused('NoSuchKey', 404, lambda: get(VERSIONED, 'v'))
    equal((error.headers.get('x-oss-delete-marker'), error.headers.get('x-oss-version-id')), ('true', marker.version_id))
    refused('MethodNotAllowed', 405, lambda: head(VERSIONED, 'v', version_id=marker.version_id))
    refused('NoSuchKey', 404, lambda: copy_version('w', 'v'))
    versions, markers = versions_of('v')
    equal([entry.version_id for entry in versions], [rolled_back.version_id, second, first], 'the newest first')
    equal([(entry.version_id, entry.is_latest) for entry in markers], [(marker.version_id, True)])
    gone = delete('v', marker.version_id)
    equal((gone.delete_marker, gone.version_id), (True, marker.version_id))
    equal(get(VERSIONED, 'v')[1], b'first', 'without its marker')


@behaviour('versions: meta, tags and ACL by id, deletion for good')
def _():
    one, two = put(VERSIONED, 'facts', b'1').version_id, put(VERSIONED, 'facts', b'22').version_id
    meta = client.get_object_meta(oss.GetObjectMetaRequest(bucket=VERSIONED, key='facts', version_id=one))
    equal((meta.content_length, meta.version_id), (1, one))
    tagging = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key='which', value='old')]))
    equal(client.put_object_tagging(oss.PutObjectTaggingRequest(bucket=VERSIONED, key='facts', version_id=one, tagging=tagging)).version_id, one)
    equal(tags_of(VERSIONED, 'facts'), {})
    equal(tags_of(VERSIONED, 'facts', version_id=one), {'which': 'old'})
    client.put_object_acl(oss.PutObjectAclRequest(bucket=VERSIONED, key='facts', version_id=one, acl='public-read'))
    equal(client.get_object_acl(oss.GetObjectAclRequest(bucket=VERSIONED, key='facts', version_id=one)).acl, 'public-read')
    equal(client.get_object_acl(oss.GetObjectAclRequest(bucket=VERSIONED, key='facts')).acl, 'default')
    equal(delete('facts', two).version_id, two)
    equal(get(VERSIONED, 'facts')[1], b'1')
    refused('NoSuchVersion', 404, lambda: get(VERSIONED, 'facts', version_id=two))
    refused('InvalidArgument', 400, lambda: get(VERSIONED, 'facts', version_id='%%%'))
    client.delete_multiple_objects(oss.DeleteMultipleObjectsRequest(bucket=VERSIONED, objects=[oss.DeleteObject(key='facts', version_id=one)]))
    equal(versions_of('facts'), ([], []))


@behaviour('versions: pages of the listing')
def _():
    expected = []
    for key in ('page/a', 'page/b', 'page/sub/c'):
        ids = [put(VERSIONED, key, str(number).encode()).version_id for number in range(3)]
        expected += [(key, version_id) for version_id in reversed(ids)]
    for limit in (1, 2, 5):
        pages = client.list_object_versions_paginator(limit=limit).iter_page(oss.ListObjectVersionsRequest(bucket=VERSIONED, prefix='page/'))
        equal([(entry.key, entry.version_id) for page in pages for entry in page.version or []], expected, f'pages of {limit}')
    grouped = client.list_object_versions(oss.ListObjectVersionsRequest(bucket=VERSIONED, prefix='page/', delimiter='/'))
    equal(([each.prefix for each in grouped.common_prefixes], len(grouped.version)), (['page/sub/'], 6))
    after = client.list_object_versions(oss.ListObjectVersionsRequest(bucket=VERSIONED, prefix='page/', key_marker='page/a', version_id_marker=expected[0][1]))
    equal([entry.version_id for entry in after.version][:2], [expected[1][1], expected[2][1]])


@behaviour('versions: copies onto versions, suspended, forbid overwrite')
def _():
    kept = put(VERSIONED, 'onto', b'kept').version_id
    put(VERSIONED, 'from', b'from')
    copied = copy_version('onto', 'from', forbid_overwrite=True)
    assert copied.version_id not in (None, kept), 'not asked where there are versions'
    equal(get(VERSIONED, 'onto', version_id=kept)[1], b'kept')
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=VERSIONED, key='onto'))
    part = client.upload_part_copy(oss.UploadPartCopyRequest(
        bucket=VERSIONED, key='onto', upload_id=upload.upload_id, part_number=1, source_bucket=VERSIONED, source_key='onto', source_version_id=kept))
    equal(part.source_version_id, kept)
    done = complete('onto', upload.upload_id, [oss.UploadPart(part_number=1, etag=part.etag)], bucket=VERSIONED)
    equal(get(VERSIONED, 'onto', version_id=done.version_id)[1], b'kept')
    marker = delete('onto').version_id
    refused('InvalidArgument', 400, lambda: copy_version('x', 'onto', source_version_id=marker))
    set_versioning('Suspended')
    equal(put(VERSIONED, 'onto', b'null').version_id, 'null')
    equal(copy_version('onto', 'from').version_id, 'null')
    equal(get(VERSIONED, 'onto', version_id='null')[1], b'from')
    copy_version('onto', 'onto', metadata_directive='REPLACE', metadata={'self': 'yes'})
    equal(len(versions_of('onto')[0]), 4, 'one null version beside the three that have ids')
    equal(delete('onto').version_id, 'null')
    equal([(each.version_id, each.is_latest) for each in versions_of('onto')[1]], [('null', True), (marker, False)])
    set_versioning('Enabled')
