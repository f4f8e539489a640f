"""Buckets and objects: making, put, get, lists, deletion, append, multipart uploads, signatures."""
import hashlib

import oss2
from behaviours import behaviour, equal
from oss2.models import PartInfo, Tagging, TaggingRule
from python_oss2_setting import (DESTINATION, ENDPOINT, KEY_ID, KIB, REGION, RUN, SECRET, SOURCE, VERSIONED, VIRTUAL, auth, data, destination, refused, source,
                                 tags_of, versioned)


@behaviour('buckets: create, list, info, location, stat')
def _():
    for bucket in (source, destination, versioned):
        equal(bucket.create_bucket().status, 200)
    service = oss2.Service(auth, ENDPOINT)
    equal([entry.name for entry in oss2.BucketIterator(service, prefix=f'{RUN}-oss2')], sorted([SOURCE, DESTINATION, VERSIONED]))
    info = source.get_bucket_info()
    equal((info.name, info.location, info.storage_class, info.acl.grant), (SOURCE, f'oss-{REGION}', 'Standard', 'private'))
    equal(source.get_bucket_location().location, f'oss-{REGION}')
    equal(source.get_bucket_stat().object_count, 0)
    equal(source.get_bucket_versioning().status, None)


@behaviour('regions')
def _():
    service = oss2.Service(auth, ENDPOINT)
    equal([(each.region, each.internet_endpoint) for each in service.describe_regions(f'oss-{REGION}').regions], [(f'oss-{REGION}', f'oss-{REGION}.aliyuncs.com')])
    assert f'oss-{REGION}' in [each.region for each in service.describe_regions().regions]


@behaviour('block public access')
def _():
    equal(source.get_bucket_public_access_block().block_public_access, True, 'a new bucket')
    refused('AccessDenied', 403, lambda: source.put_bucket_acl(oss2.BUCKET_ACL_PUBLIC_READ))
    for bucket in (source, destination, versioned):
        bucket.put_bucket_public_access_block(False)
        equal(bucket.get_bucket_public_access_block().block_public_access, False)
    equal(oss2.Service(auth, ENDPOINT).get_public_access_block().block_public_access, False, 'of the account')


@behaviour('live channels')
def _():
    equal(source.list_live_channel().channels, [])


@behaviour('bucket ACL')
def _():
    source.put_bucket_acl(oss2.BUCKET_ACL_PUBLIC_READ)
    equal(source.get_bucket_acl().acl, 'public-read')
    source.put_bucket_acl(oss2.BUCKET_ACL_PRIVATE)
    equal(source.get_bucket_acl().acl, 'private')


@behaviour('put, get, head, meta, ranges')
def _():
    body = data(300 * KIB)
    result = source.put_object('plain.bin', body, headers={'Content-Type': 'application/x-test', 'x-oss-meta-Author': 'ada', 'Cache-Control': 'no-cache'})
    equal((result.status, result.etag), (200, hashlib.md5(body).hexdigest().upper()))
    got = source.get_object('plain.bin')
    assert got.read() == body
    equal((got.content_type, got.headers['x-oss-meta-author'], got.client_crc), ('application/x-test', 'ada', got.server_crc))
    head = source.head_object('plain.bin')
    equal((head.content_length, head.object_type, head.server_crc), (len(body), 'Normal', result.crc))
    equal(source.get_object_meta('plain.bin').content_length, len(body))
    equal(source.get_object('plain.bin', byte_range=(100, 199)).read(), body[100:200])
    equal(source.get_object('plain.bin', byte_range=(None, 10)).read(), body[-10:])
    assert source.object_exists('plain.bin') and not source.object_exists('nothing')
    equal(source.get_object('plain.bin', params={'response-content-type': 'text/override'}).content_type, 'text/override')


@behaviour('keys of any script')
def _():
    keys = ['目录/文件 +%&=?#.txt', 'a//b/c', "quote'\"<>", '😀\ue000']
    for key in keys:
        source.put_object(key, key)
        destination.copy_object(SOURCE, key, key)
        equal(destination.get_object(key).read(), key.encode())
    destination.put_object('control-\x01\x1f', 'c')
    listed = [entry.key for entry in oss2.ObjectIterator(destination)]
    equal(listed, sorted(keys + ['control-\x01\x1f'], key=lambda key: key.encode()))
    # XML 1.0 cannot carry the control characters: that key goes by itself.
    destination.batch_delete_objects(keys)
    destination.delete_object('control-\x01\x1f')


@behaviour('listing: pages, prefixes, delimiters')
def _():
    for i in range(25):
        source.put_object(f'list/{i % 5}/{i:02}', '')
    equal(len([entry for entry in oss2.ObjectIteratorV2(source, prefix='list/', max_keys=7)]), 25)
    equal(source.list_objects(prefix='list/', delimiter='/').prefix_list, [f'list/{i}/' for i in range(5)])
    equal(source.list_objects(prefix='none/').object_list, [])


@behaviour('delete and multi-delete')
def _():
    source.put_object('gone', 'x')
    for _ in range(2):
        equal(source.delete_object('gone').status, 204)
    refused('NoSuchKey', 404, lambda: source.get_object('gone'))
    keys = [f'list/{i % 5}/{i:02}' for i in range(25)]
    equal(source.batch_delete_objects(keys).deleted_keys, keys)


@behaviour('append')
def _():
    first = source.append_object('log', 0, 'hello ')
    second = source.append_object('log', first.next_position, 'world', init_crc=first.crc)
    equal((second.next_position, second.crc), (11, 5981764153023615706))
    error = refused('PositionNotEqualToLength', 409, lambda: source.append_object('log', 3, 'x'))
    equal(error.next_position, 11)


@behaviour('object ACL')
def _():
    source.put_object_acl('plain.bin', oss2.OBJECT_ACL_PUBLIC_READ)
    equal(source.get_object_acl('plain.bin').acl, 'public-read')
    anonymous = oss2.Bucket(oss2.AnonymousAuth(), ENDPOINT, SOURCE)
    equal(len(anonymous.get_object('plain.bin').read()), 300 * KIB)
    source.put_object_acl('plain.bin', oss2.OBJECT_ACL_PRIVATE)
    refused('AccessDenied', 403, lambda: anonymous.get_object('plain.bin'))


@behaviour('object tagging')
def _():
    rule = TaggingRule()
    rule.add('key', '中文 +/')
    source.put_object_tagging('plain.bin', Tagging(rule))
    equal(tags_of(source, 'plain.bin'), {'key': '中文 +/'})
    source.delete_object_tagging('plain.bin')
    equal(tags_of(source, 'plain.bin'), {})


@behaviour('multipart upload, part and upload listings')
def _():
    upload_id = destination.init_multipart_upload('big').upload_id
    parts = []
    for number in (1, 2, 3):
        result = destination.upload_part('big', upload_id, number, data(110 * KIB, number))
        parts.append(PartInfo(number, result.etag, size=110 * KIB, part_crc=result.crc))
    equal([part.part_number for part in oss2.PartIterator(destination, 'big', upload_id, max_parts=2)], [1, 2, 3])
    equal([entry.upload_id for entry in oss2.MultipartUploadIterator(destination)], [upload_id])
    refused('InvalidPart', 400, lambda: destination.complete_multipart_upload('big', upload_id, [PartInfo(1, '0' * 32)]))
    small = destination.init_multipart_upload('small').upload_id
    etags = [destination.upload_part('small', small, number, 'x').etag for number in (1, 2)]
    refused('EntityTooSmall', 400, lambda: destination.complete_multipart_upload('small', small, [PartInfo(i + 1, etag) for i, etag in enumerate(etags)]))
    destination.abort_multipart_upload('small', small)
    done = destination.complete_multipart_upload('big', upload_id, parts)
    assert done.etag.endswith('-3')
    equal(destination.get_object('big').read(), b''.join(data(110 * KIB, number) for number in (1, 2, 3)))
    everything = destination.init_multipart_upload('all').upload_id
    destination.upload_part('all', everything, 7, 'only')
    destination.complete_multipart_upload('all', everything, None, headers={'x-oss-complete-all': 'yes'})
    equal(destination.get_object('all').read(), b'only')


@behaviour('abort')
def _():
    upload_id = destination.init_multipart_upload('aborted').upload_id
    destination.upload_part('aborted', upload_id, 1, 'x')
    equal(destination.abort_multipart_upload('aborted', upload_id).status, 204)
    refused('NoSuchUpload', 404, lambda: destination.abort_multipart_upload('aborted', upload_id))


@behaviour('signatures: V1, presigned V4 and V1')
def _():
    for other in (oss2.AuthV2(KEY_ID, SECRET), oss2.AuthV4(KEY_ID, SECRET)):
        bucket = oss2.Bucket(other, ENDPOINT, SOURCE, region=REGION)
        bucket.put_object('signed +签', 'x', headers={'x-oss-meta-a': 'b'})
        equal(bucket.get_object('signed +签', byte_range=(0, 0)).read(), b'x')
        equal(len(list(oss2.ObjectIteratorV2(bucket, prefix='signed'))), 1)
        url = bucket.sign_url('GET', 'signed +签', 60)
        equal(bucket.get_object_with_url(url).read(), b'x')
    equal(source.get_object_with_url(source.sign_url('GET', 'signed +签', 60)).read(), b'x')
    equal(source.put_object_with_url(source.sign_url('PUT', 'by url', 60), 'x').status, 200)
    refused('SignatureDoesNotMatch', 403, lambda: oss2.Bucket(oss2.Auth(KEY_ID, 'wrong'), ENDPOINT, SOURCE).head_object('plain.bin'))
    refused('InvalidAccessKeyId', 403, lambda: oss2.Bucket(oss2.Auth('nobody', SECRET), ENDPOINT, SOURCE).get_bucket_info())


@behaviour('virtual-hosted style')
def _():
    virtual = oss2.Bucket(auth, VIRTUAL, DESTINATION)
    virtual.copy_object(SOURCE, 'plain.bin', 'virtual')
    equal(virtual.head_object('virtual').content_length, 300 * KIB)
