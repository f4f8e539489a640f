"""Copies in one call and in parts: the programs of the second seed document and what surrounds them."""
import datetime
import hashlib
import os
import tempfile

import oss2
from behaviours import behaviour, equal
from oss2.headers import (OSS_COPY_OBJECT_SOURCE_RANGE, OSS_METADATA_DIRECTIVE, OSS_OBJECT_ACL, OSS_OBJECT_TAGGING,
                          OSS_OBJECT_TAGGING_COPY_DIRECTIVE)
from oss2.models import PartInfo
from python_oss2_setting import KIB, RUN, SOURCE, data, destination, not_modified, refused, source, tags_of


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
    refused('InvalidArgument', 400, lambda: part(headers={'x-oss-server-side-encryption': 'AES256'}))
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
