"""oss2 (Python v1 SDK), unmodified: the programs of the second seed document and what surrounds them, with V1, V2 and V4 signatures."""
import datetime
import hashlib
import os
import tempfile

import oss2
from oss2.headers import (OSS_COPY_OBJECT_SOURCE_RANGE, OSS_METADATA_DIRECTIVE, OSS_OBJECT_ACL, OSS_OBJECT_TAGGING,
                          OSS_OBJECT_TAGGING_COPY_DIRECTIVE, OSS_SERVER_SIDE_ENCRYPTION)
from oss2.models import PartInfo, Tagging, TaggingRule

from behaviours import behaviour, equal, resolve_everything_to_loopback, run_all

ENDPOINT, VIRTUAL = os.environ['OSS_ENDPOINT'], os.environ['OSS_VIRTUAL_ENDPOINT']
REGION, RUN = os.environ['OSS_REGION'], os.environ['OSS_RUN']
KEY_ID, SECRET = os.environ['OSS_ACCESS_KEY_ID'], os.environ['OSS_ACCESS_KEY_SECRET']
SOURCE, DESTINATION = f'{RUN}-oss2-source', f'{RUN}-oss2-destination'
KIB = 1024

auth = oss2.Auth(KEY_ID, SECRET)
source = oss2.Bucket(auth, ENDPOINT, SOURCE)
destination = oss2.Bucket(auth, ENDPOINT, DESTINATION)


def data(size, seed=1):
    block = hashlib.sha256(str(seed).encode()).digest()
    return (block * (size // len(block) + 1))[:size]


def refused(code, status, call):
    try:
        call()
    except oss2.exceptions.OssError as error:
        equal((error.code, error.status), (code, status), 'error')
        equal(len(error.request_id), 24, 'length of the request id')
        return error
    raise AssertionError(f'expected {code}, the call succeeded')


def not_modified(call):
    try:
        call()
    except oss2.exceptions.NotModified:
        return
    raise AssertionError('expected 304')


@behaviour('buckets: create, list, info, location, stat')
def _():
    for bucket in (source, destination):
        equal(bucket.create_bucket().status, 200)
    service = oss2.Service(auth, ENDPOINT)
    equal([entry.name for entry in oss2.BucketIterator(service, prefix=f'{RUN}-oss2')], sorted([SOURCE, DESTINATION]))
    info = source.get_bucket_info()
    equal((info.name, info.location, info.storage_class, info.acl.grant), (SOURCE, f'oss-{REGION}', 'Standard', 'private'))
    equal(source.get_bucket_location().location, f'oss-{REGION}')
    equal(source.get_bucket_stat().object_count, 0)
    equal(source.get_bucket_versioning().status, None)
    assert [entry.region for entry in service.describe_regions(f'oss-{REGION}').regions] == [f'oss-{REGION}']


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


def tags_of(bucket, key):
    return dict(bucket.get_object_tagging(key).tag_set.tagging_rule)


@behaviour('copy in a bucket and between buckets')
def _():
    for bucket in (source, destination):
        result = bucket.copy_object(SOURCE, 'plain.bin', 'copied.bin')
        equal((result.status, result.etag), (200, source.head_object('plain.bin').etag))
        assert bucket.get_object('copied.bin').read() == data(300 * KIB)
    refused('NoSuchKey', 404, lambda: destination.copy_object(SOURCE, 'missing', 'x'))
    refused('NoSuchBucket', 404, lambda: destination.copy_object(f'{RUN}-nowhere', 'plain.bin', 'x'))


@behaviour('copy: the four conditions')
def _():
    head = source.head_object('plain.bin')
    stamp = datetime.datetime.fromtimestamp(head.last_modified, datetime.timezone.utc)
    hour = datetime.timedelta(hours=1)
    iso, rfc = '%Y-%m-%dT%H:%M:%S.000Z', '%a, %d %b %Y %H:%M:%S GMT'

    def copy(name, value):
        return destination.copy_object(SOURCE, 'plain.bin', 'c', headers={f'x-oss-copy-source-{name}': value})
    copy('if-match', head.etag)
    refused('PreconditionFailed', 412, lambda: copy('if-match', '0' * 32))
    copy('if-none-match', '0' * 32)
    not_modified(lambda: copy('if-none-match', head.etag))
    for form in (iso, rfc):
        copy('if-unmodified-since', stamp.strftime(form))
        refused('PreconditionFailed', 412, lambda: copy('if-unmodified-since', (stamp - hour).strftime(form)))
        copy('if-modified-since', (stamp - hour).strftime(form))
        not_modified(lambda: copy('if-modified-since', stamp.strftime(form)))


@behaviour('copy: metadata directive')
def _():
    source.put_object('meta', 'm', headers={'x-oss-meta-a': '1', 'Content-Type': 'text/a', 'Content-Language': 'en', 'Content-Encoding': 'identity', 'Expires': 'soon'})
    destination.copy_object(SOURCE, 'meta', 'meta', headers={OSS_METADATA_DIRECTIVE: 'COPY', 'x-oss-meta-b': '2'})
    head = destination.head_object('meta').headers
    equal((head['x-oss-meta-a'], head.get('x-oss-meta-b'), head['Content-Type'], head['Content-Language'], head['Expires']), ('1', None, 'text/a', 'en', 'soon'))
    destination.copy_object(SOURCE, 'meta', 'meta', headers={OSS_METADATA_DIRECTIVE: 'REPLACE', 'x-oss-meta-b': '2'})
    head = destination.head_object('meta').headers
    equal((head.get('x-oss-meta-a'), head['x-oss-meta-b'], head['Content-Type'], head.get('Content-Language')), (None, '2', 'application/octet-stream', None))
    source.update_object_meta('meta', {'x-oss-meta-self': 'yes'})
    equal(source.head_object('meta').headers['x-oss-meta-self'], 'yes', 'onto itself')


@behaviour('copy: tagging directive')
def _():
    source.put_object('tagged', 't', headers={OSS_OBJECT_TAGGING: 'k1=v1'})
    destination.copy_object(SOURCE, 'tagged', 'tagged', headers={OSS_OBJECT_TAGGING_COPY_DIRECTIVE: 'COPY'})
    equal(tags_of(destination, 'tagged'), {'k1': 'v1'})
    destination.copy_object(SOURCE, 'tagged', 'tagged', headers={OSS_OBJECT_TAGGING: 'k1=v1&k2=v2&k3=v3', OSS_OBJECT_TAGGING_COPY_DIRECTIVE: 'REPLACE'})
    equal(tags_of(destination, 'tagged'), {'k1': 'v1', 'k2': 'v2', 'k3': 'v3'})
    many = '&'.join(f'k{i}=v' for i in range(11))
    refused('BadRequest', 400, lambda: destination.copy_object(SOURCE, 'tagged', 'x', headers={OSS_OBJECT_TAGGING: many, OSS_OBJECT_TAGGING_COPY_DIRECTIVE: 'REPLACE'}))


@behaviour('copy: forbid overwrite, ACL, storage class')
def _():
    headers = {'x-oss-forbid-overwrite': 'true', OSS_OBJECT_ACL: oss2.OBJECT_ACL_PRIVATE, 'x-oss-storage-class': oss2.BUCKET_STORAGE_CLASS_STANDARD}
    destination.copy_object(SOURCE, 'plain.bin', 'guarded', headers=headers)
    equal(destination.get_object_acl('guarded').acl, 'private')
    equal(destination.head_object('guarded').headers['x-oss-storage-class'], 'Standard')
    refused('FileAlreadyExists', 409, lambda: destination.copy_object(SOURCE, 'plain.bin', 'guarded', headers=headers))
    for storage_class in ('IA', 'Archive', 'ColdArchive', 'DeepColdArchive'):
        destination.copy_object(SOURCE, 'plain.bin', 'classed', headers={'x-oss-storage-class': storage_class})
        equal(destination.head_object('classed').headers['x-oss-storage-class'], storage_class)


@behaviour('copy: what is not built is refused')
def _():
    for headers in ({OSS_SERVER_SIDE_ENCRYPTION: 'KMS'},
                    {OSS_SERVER_SIDE_ENCRYPTION: 'KMS', 'x-oss-server-side-encryption-key-id': '9468da86-3509-4f8d-a61e-6eab1eac0000'}):
        refused('NotImplemented', 400, lambda: destination.copy_object(SOURCE, 'plain.bin', 'e', headers=headers))
    refused('NotImplemented', 400, lambda: destination.copy_object(SOURCE, 'plain.bin', 'e', params={'versionId': 'CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0'}))
    assert not destination.object_exists('e')


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


@behaviour('multipart copy: the seed document, start to end')
def _():
    body = data(1234567, 'seed')
    source.put_object('large', body)
    total = source.head_object('large').content_length
    part_size = oss2.determine_part_size(total, preferred_size=100 * KIB)
    upload_id = destination.init_multipart_upload('large').upload_id
    head = source.head_object('large')
    later = (datetime.datetime.fromtimestamp(head.last_modified, datetime.timezone.utc)).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    parts, offset = [], 0
    while offset < total:
        length = min(part_size, total - offset)
        headers = {'x-oss-copy-source-if-match': head.etag, 'x-oss-copy-source-if-none-match': '5B3C1A2E053D763E1B002CC6XXXX',
                   'x-oss-copy-source-if-unmodified-since': later, 'x-oss-copy-source-if-modified-since': '2021-12-09T07:01:56.000Z'}
        result = destination.upload_part_copy(SOURCE, 'large', (offset, offset + length - 1), 'large', upload_id, len(parts) + 1, headers=headers)
        equal(result.etag, hashlib.md5(body[offset:offset + length]).hexdigest().upper())
        parts.append(PartInfo(len(parts) + 1, result.etag))
        offset += length
    result = destination.complete_multipart_upload('large', upload_id, parts)
    equal(result.status, 200)
    equal(destination.head_object('large').content_length, total)
    equal(destination.head_object('large').server_crc, head.server_crc)
    assert destination.get_object('large').read() == body


@behaviour('part copy: ranges, conditions, errors')
def _():
    upload_id = destination.init_multipart_upload('pc').upload_id

    def part(byte_range=(None, None), key='plain.bin', number=1, upload=upload_id, headers=None):
        return destination.upload_part_copy(SOURCE, key, byte_range, 'pc', upload, number, headers=headers)
    whole = source.head_object('plain.bin').etag
    equal(part().etag, whole)
    equal(part((0, 300 * KIB)).etag, whole, 'a range beyond the end')
    equal(part(headers={OSS_COPY_OBJECT_SOURCE_RANGE: 'bytes=0~1023'}).etag, whole, 'the notation of the document is no range')
    equal(part((1024, None)).etag, hashlib.md5(data(300 * KIB)[1024:]).hexdigest().upper())
    refused('PreconditionFailed', 412, lambda: part(headers={'x-oss-copy-source-if-match': '0' * 32}))
    not_modified(lambda: part(headers={'x-oss-copy-source-if-none-match': whole}))
    refused('NoSuchKey', 404, lambda: part(key='missing'))
    refused('NoSuchUpload', 404, lambda: part(upload='0' * 32))
    refused('InvalidArgument', 400, lambda: part(number=0))
    destination.abort_multipart_upload('pc', upload_id)


@behaviour('the SDK\'s own copier, uploader and downloader')
def _():
    with tempfile.TemporaryDirectory() as folder:
        path, store = os.path.join(folder, 'file'), oss2.ResumableStore(root=folder)
        oss2.resumable_download(source, 'large', path, part_size=200 * KIB, multiget_threshold=200 * KIB, store=oss2.ResumableDownloadStore(root=folder))
        with open(path, 'rb') as file:
            assert file.read() == data(1234567, 'seed')
        oss2.resumable_upload(source, 'uploaded', path, part_size=200 * KIB, multipart_threshold=200 * KIB, store=store)
    equal(source.get_object('uploaded').read(), data(1234567, 'seed'))
    equal(source.head_object('uploaded').object_type, 'Multipart')


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


@behaviour('delete bucket')
def _():
    refused('BucketNotEmpty', 409, source.delete_bucket)
    for bucket in (source, destination):
        keys = [entry.key for entry in oss2.ObjectIterator(bucket)]
        for i in range(0, len(keys), 1000):
            bucket.batch_delete_objects(keys[i:i + 1000])
        equal(bucket.delete_bucket().status, 204)
    refused('NoSuchBucket', 404, source.get_bucket_info)


resolve_everything_to_loopback()
run_all()
