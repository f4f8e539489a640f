"""Versions: by id, as sources of copies and below them, and their listing."""
import oss2
from behaviours import behaviour, equal
from oss2.models import BatchDeleteObjectVersion, BatchDeleteObjectVersionList, BucketVersioningConfig, PartInfo, Tagging, TaggingRule
from python_oss2_setting import VERSIONED, is_read, refused, tags_of, versioned


def set_versioning(status):
    versioned.put_bucket_versioning(BucketVersioningConfig(status))


def put(key, body):
    return versioned.put_object(key, body).versionid


def read(key, version_id):
    return versioned.get_object(key, params={'versionId': version_id}).read()


def copy_version(key, source_key, version_id=None, headers=None):
    return versioned.copy_object(VERSIONED, source_key, key, headers=headers, params={'versionId': version_id} if version_id else None)


def versions_of(prefix):
    page = versioned.list_object_versions(prefix=prefix)
    return page.versions, page.delete_marker


@behaviour('versions: enable, list, copy a version, delete markers')
def _():
    versioned.put_object('older', 'before')
    set_versioning(oss2.BUCKET_VERSIONING_ENABLE)
    equal(versioned.get_bucket_versioning().status, 'Enabled')
    equal(versioned.head_object('older').versionid, 'null', 'written before')
    first, second = put('v', 'first'), put('v', 'second')
    assert first.startswith('CAEQ') and first != second, (first, second)
    rolled_back = copy_version('v', 'v', first)
    equal(rolled_back.headers.get('x-oss-copy-source-version-id'), first)
    is_read(versioned, 'v', b'first')
    equal(read('v', second), b'second')
    equal(versioned.head_object('v', params={'versionId': first}).versionid, first)
    marker = versioned.delete_object('v')
    equal(marker.delete_marker, True)
    error = refused('NoSuchKey', 404, lambda: versioned.get_object('v'))
    equal((error.headers.get('x-oss-delete-marker'), error.headers.get('x-oss-version-id')), ('true', marker.versionid))
    refused('MethodNotAllowed', 405, lambda: versioned.get_object('v', params={'versionId': marker.versionid}))
    refused('NoSuchKey', 404, lambda: copy_version('w', 'v'))
    versions, markers = versions_of('v')
    equal([entry.versionid for entry in versions], [rolled_back.versionid, second, first], 'the newest first')
    equal([(entry.versionid, entry.is_latest) for entry in markers], [(marker.versionid, True)])
    gone = versioned.delete_object('v', params={'versionId': marker.versionid})
    equal((gone.delete_marker, gone.versionid), (True, marker.versionid))
    is_read(versioned, 'v', b'first')


@behaviour('versions: meta, tags and ACL by id, deletion for good')
def _():
    one, two = put('facts', '1'), put('facts', '22')
    equal(versioned.get_object_meta('facts', params={'versionId': one}).content_length, 1)
    rule = TaggingRule()
    rule.add('which', 'old')
    versioned.put_object_tagging('facts', Tagging(rule), params={'versionId': one})
    equal((tags_of(versioned, 'facts'), tags_of(versioned, 'facts', {'versionId': one})), ({}, {'which': 'old'}))
    versioned.put_object_acl('facts', oss2.OBJECT_ACL_PUBLIC_READ, params={'versionId': one})
    equal([versioned.get_object_acl('facts', params=params).acl for params in ({'versionId': one}, None)], ['public-read', 'default'])
    equal(versioned.delete_object('facts', params={'versionId': two}).versionid, two)
    is_read(versioned, 'facts', b'1')
    refused('NoSuchVersion', 404, lambda: read('facts', two))
    refused('InvalidArgument', 400, lambda: versioned.head_object('facts', params={'versionId': '%%%'}))
    deleted = versioned.delete_object_versions(BatchDeleteObjectVersionList([BatchDeleteObjectVersion('facts', one)])).delete_versions
    equal([(each.key, each.versionid) for each in deleted], [('facts', one)])
    equal(versions_of('facts'), ([], []))


@behaviour('versions: pages of the listing')
def _():
    expected = []
    for key in ('page/a', 'page/b', 'page/sub/c'):
        ids = [put(key, str(number)) for number in range(3)]
        expected += [(key, version_id) for version_id in reversed(ids)]
    for limit in (1, 2, 5):
        found, markers = [], {'key_marker': '', 'versionid_marker': ''}
        while True:
            page = versioned.list_object_versions(prefix='page/', max_keys=limit, **markers)
            found += [(entry.key, entry.versionid) for entry in page.versions]
            markers = {'key_marker': page.next_key_marker, 'versionid_marker': page.next_versionid_marker}
            if not page.is_truncated:
                break
        equal(found, expected, f'pages of {limit}')
    grouped = versioned.list_object_versions(prefix='page/', delimiter='/')
    equal((grouped.common_prefix, len(grouped.versions)), (['page/sub/'], 6))


@behaviour('versions: copies onto versions, suspended, forbid overwrite')
def _():
    kept = put('onto', 'kept')
    put('from', 'from')
    copied = copy_version('onto', 'from', headers={'x-oss-forbid-overwrite': 'true'})
    assert copied.versionid not in (None, kept), 'not asked where there are versions'
    equal(read('onto', kept), b'kept')
    upload_id = versioned.init_multipart_upload('onto').upload_id
    part = versioned.upload_part_copy(VERSIONED, 'onto', (None, None), 'onto', upload_id, 1, params={'versionId': kept})
    done = versioned.complete_multipart_upload('onto', upload_id, [PartInfo(1, part.etag)])
    equal(read('onto', done.versionid), b'kept')
    marker = versioned.delete_object('onto').versionid
    refused('InvalidArgument', 400, lambda: copy_version('x', 'onto', marker))
    set_versioning(oss2.BUCKET_VERSIONING_SUSPEND)
    equal(put('onto', 'null'), 'null')
    equal(copy_version('onto', 'from').versionid, 'null')
    equal(read('onto', 'null'), b'from')
    versioned.update_object_meta('onto', {'x-oss-meta-self': 'yes'})
    equal(len(versions_of('onto')[0]), 4, 'one null version beside the three that have ids')
    equal(versioned.delete_object('onto').versionid, 'null')
    equal([(each.versionid, each.is_latest) for each in versions_of('onto')[1]], [('null', True), (marker, False)])
    set_versioning(oss2.BUCKET_VERSIONING_ENABLE)
