"""Copies in one call and in parts: the program of the first seed document and what surrounds it."""
import datetime
import hashlib
import io
import os
import tempfile

import alibabacloud_oss_v2 as oss
from behaviours import behaviour, equal
from python_v2_setting import (DESTINATION, KIB, RUN, SOURCE, client, complete, copy, data, get, not_modified, put, refused, tags_of)


@behaviour('copy in a bucket and between buckets')
def _():
    source = client.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='plain.bin'))
    for bucket in (SOURCE, DESTINATION):
        result = copy('copied.bin', 'plain.bin', bucket=bucket)
        equal((result.status_code, result.etag, result.hash_crc64), (200, source.etag, source.hash_crc64))
        assert isinstance(result.last_modified, datetime.datetime)
        _, read = get(bucket, 'copied.bin')
        assert read == data(300 * KIB)
    refused('NoSuchKey', 404, lambda: copy('x', 'missing'))
    refused('NoSuchBucket', 404, lambda: copy('x', 'plain.bin', source_bucket=f'{RUN}-nowhere'))


@behaviour('copy: the four conditions')
def _():
    head = client.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='plain.bin'))
    stamp, form = head.last_modified, '%a, %d %b %Y %H:%M:%S GMT'
    before, after = (stamp - datetime.timedelta(hours=1)).strftime(form), (stamp + datetime.timedelta(hours=1)).strftime(form)
    same = stamp.strftime(form)
    copy('c', 'plain.bin', if_match=head.etag)
    refused('PreconditionFailed', 412, lambda: copy('c', 'plain.bin', if_match='"0"'))
    copy('c', 'plain.bin', if_none_match='"0"')
    not_modified(lambda: copy('c', 'plain.bin', if_none_match=head.etag))
    copy('c', 'plain.bin', if_match=f'"0", {head.etag}')
    not_modified(lambda: copy('c', 'plain.bin', if_none_match=f'"0",{head.etag}'))
    copy('c', 'plain.bin', if_unmodified_since=same)
    refused('PreconditionFailed', 412, lambda: copy('c', 'plain.bin', if_unmodified_since=before))
    copy('c', 'plain.bin', if_modified_since=before)
    not_modified(lambda: copy('c', 'plain.bin', if_modified_since=same))
    not_modified(lambda: copy('c', 'plain.bin', if_modified_since=after))
    iso = (stamp - datetime.timedelta(hours=1)).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    refused('PreconditionFailed', 412, lambda: copy('c', 'plain.bin', if_unmodified_since=iso))
    refused('PreconditionFailed', 412, lambda: copy('c', 'plain.bin', if_unmodified_since=before, if_modified_since=after))


@behaviour('copy: metadata directive')
def _():
    put(SOURCE, 'meta', b'm', metadata={'a': '1'}, content_type='text/a', content_disposition='attachment', expires='soon')
    copy('meta', 'meta', metadata={'b': '2'})
    head = client.head_object(oss.HeadObjectRequest(bucket=DESTINATION, key='meta'))
    equal((dict(head.metadata), head.content_type, head.content_disposition, head.expires), ({'a': '1'}, 'text/a', 'attachment', 'soon'))
    copy('meta', 'meta', metadata_directive='REPLACE', metadata={'b': '2'}, content_type='text/b')
    head = client.head_object(oss.HeadObjectRequest(bucket=DESTINATION, key='meta'))
    equal((dict(head.metadata), head.content_type, head.content_disposition), ({'b': '2'}, 'text/b', None))
    copy('meta', 'meta', bucket=SOURCE, metadata_directive='REPLACE', metadata={'self': 'yes'})
    equal(dict(client.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='meta')).metadata), {'self': 'yes'}, 'onto itself')


@behaviour('copy: tagging directive')
def _():
    put(SOURCE, 'tagged', b't', tagging='k1=v1&k2=v%202')
    copy('tagged', 'tagged')
    equal(tags_of(DESTINATION, 'tagged'), {'k1': 'v1', 'k2': 'v 2'})
    copy('tagged', 'tagged', tagging='ignored=yes')
    equal(tags_of(DESTINATION, 'tagged'), {'k1': 'v1', 'k2': 'v 2'}, 'Copy ignores the request')
    copy('tagged', 'tagged', tagging='k3=v3', tagging_directive='Replace')
    equal(tags_of(DESTINATION, 'tagged'), {'k3': 'v3'})
    refused('InvalidTag', 400, lambda: copy('tagged', 'tagged', tagging='a%26b=1', tagging_directive='Replace'))


@behaviour('copy: forbid overwrite, ACL, storage class')
def _():
    copy('guarded', 'plain.bin', forbid_overwrite=True)
    refused('FileAlreadyExists', 409, lambda: copy('guarded', 'plain.bin', forbid_overwrite=True))
    copy('guarded', 'plain.bin', acl='public-read', storage_class='IA')
    equal(client.get_object_acl(oss.GetObjectAclRequest(bucket=DESTINATION, key='guarded')).acl, 'public-read')
    equal(client.head_object(oss.HeadObjectRequest(bucket=DESTINATION, key='guarded')).storage_class, 'IA')


@behaviour('multipart copy: the seed document, start to end')
def _():
    size, part_size = 5 * KIB * KIB + 12345, KIB * KIB
    body = data(size, 'seed')
    put(SOURCE, 'large', body)
    total = client.get_object_meta(oss.GetObjectMetaRequest(bucket=SOURCE, key='large')).content_length
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=DESTINATION, key='large'))
    parts, offset = [], 0
    while offset < total:
        end = min(offset + part_size, total) - 1
        result = client.upload_part_copy(oss.UploadPartCopyRequest(
            bucket=DESTINATION, key='large', upload_id=upload.upload_id, part_number=len(parts) + 1,
            source_bucket=SOURCE, source_key='large', source_range=f'bytes={offset}-{end}'))
        equal((result.status_code, result.source_version_id, len(result.request_id)), (200, None, 24))
        equal(result.etag, f'"{hashlib.md5(body[offset:end + 1]).hexdigest().upper()}"')
        assert isinstance(result.last_modified, datetime.datetime)
        equal(result.headers.get('Content-Range'), f'bytes {offset}-{end}/{total}')
        parts.append(oss.UploadPart(part_number=len(parts) + 1, etag=result.etag))
        offset = end + 1
    done = complete('large', upload.upload_id, sorted(parts, key=lambda part: part.part_number))
    equal((done.status_code, done.bucket, done.key, done.encoding_type, done.version_id), (200, DESTINATION, 'large', 'url', None))
    assert DESTINATION in done.location and done.etag.endswith('-6"')
    equal(done.hash_crc64, client.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='large')).hash_crc64)
    _, read = get(DESTINATION, 'large')
    assert read == body


@behaviour('part copy: ranges, conditions, errors')
def _():
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=DESTINATION, key='pc'))

    def part(**members):
        members.setdefault('upload_id', upload.upload_id)
        members.setdefault('source_key', 'plain.bin')
        return client.upload_part_copy(oss.UploadPartCopyRequest(bucket=DESTINATION, key='pc', part_number=members.pop('part_number', 1), source_bucket=SOURCE, **members))
    whole = part(source_range=f'bytes=0-{300 * KIB}')
    equal((whole.etag, whole.headers.get('Content-Range')), (f'"{hashlib.md5(data(300 * KIB)).hexdigest().upper()}"', None), 'a range beyond the end')
    refused('PreconditionFailed', 412, lambda: part(if_match='"0"'))
    not_modified(lambda: part(if_none_match=whole.etag))
    refused('NoSuchKey', 404, lambda: part(source_key='missing'))
    refused('NoSuchUpload', 404, lambda: part(upload_id='0' * 32))
    refused('InvalidArgument', 400, lambda: part(part_number=10001))
    refused('InvalidArgument', 400, lambda: part(headers={'x-oss-server-side-encryption': 'AES256'}))
    client.abort_multipart_upload(oss.AbortMultipartUploadRequest(bucket=DESTINATION, key='pc', upload_id=upload.upload_id))


@behaviour('the SDK\'s own copier, uploader and downloader')
def _():
    result = client.copier(part_size=KIB * KIB, multipart_copy_threshold=KIB * KIB, disable_shallow_copy=True).copy(
        oss.CopyObjectRequest(bucket=DESTINATION, key='by-copier', source_bucket=SOURCE, source_key='large'))
    equal(result.hash_crc64, client.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='large')).hash_crc64)
    equal(client.head_object(oss.HeadObjectRequest(bucket=DESTINATION, key='by-copier')).object_type, 'Multipart')
    shallow = client.copier(multipart_copy_threshold=KIB * KIB).copy(
        oss.CopyObjectRequest(bucket=SOURCE, key='shallow', source_bucket=SOURCE, source_key='large'))
    assert shallow.etag
    equal(client.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='shallow')).object_type, 'Normal')
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'file')
        client.downloader(part_size=KIB * KIB).download_file(oss.GetObjectRequest(bucket=SOURCE, key='large'), path)
        with open(path, 'rb') as file:
            assert file.read() == data(5 * KIB * KIB + 12345, 'seed')
        client.uploader(part_size=KIB * KIB).upload_file(oss.PutObjectRequest(bucket=SOURCE, key='uploaded'), path)
    equal(get(SOURCE, 'uploaded')[1], data(5 * KIB * KIB + 12345, 'seed'))
    client.put_object(oss.PutObjectRequest(bucket=SOURCE, key='stream', body=io.BytesIO(b'stream')))
    equal(get(SOURCE, 'stream')[1], b'stream')
