"""alibabacloud-oss-v2, unmodified, against an endpoint: the program of the first seed document and what surrounds it."""
import datetime
import hashlib
import http.client
import io
import os
import tempfile
import urllib.parse
import urllib.request

import alibabacloud_oss_v2 as oss
from behaviours import behaviour, equal, resolve_everything_to_loopback, run_all

ENDPOINT = os.environ['OSS_ENDPOINT']
VIRTUAL = os.environ['OSS_VIRTUAL_ENDPOINT']
REGION = os.environ['OSS_REGION']
RUN = os.environ['OSS_RUN']
SOURCE, DESTINATION = f'{RUN}-pv2-source', f'{RUN}-pv2-destination'
KIB = 1024


def make_client(endpoint=ENDPOINT, signature=None, **settings):
    config = oss.config.load_default()
    config.credentials_provider = oss.credentials.EnvironmentVariableCredentialsProvider()
    config.region = REGION
    config.endpoint = endpoint
    if signature:
        config.signature_version = signature
    for name, value in settings.items():
        setattr(config, name, value)
    return oss.Client(config)


client = make_client()


def data(size, seed=1):
    block = hashlib.sha256(str(seed).encode()).digest()
    return (block * (size // len(block) + 1))[:size]


def put(bucket, key, body, **members):
    return client.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=body, **members))


def get(bucket, key, **members):
    result = client.get_object(oss.GetObjectRequest(bucket=bucket, key=key, **members))
    with result.body as stream:
        return result, stream.read()


def copy(key, source_key, bucket=DESTINATION, source_bucket=SOURCE, **members):
    return client.copy_object(oss.CopyObjectRequest(
        bucket=bucket, key=key, source_bucket=source_bucket, source_key=source_key, **members))


def refused(code, status, call):
    """The call must fail with this code and status; answers the error."""
    try:
        call()
    except oss.exceptions.OperationError as error:
        service = error.unwrap()
        assert isinstance(service, oss.exceptions.ServiceError), f'not a service error: {service!r}'
        equal((service.code, service.status_code), (code, status), 'error')
        equal(len(service.request_id), 24, 'length of the request id')
        return service
    raise AssertionError(f'expected {code}, the call succeeded')


@behaviour('buckets: create, list, info, location, stat')
def _():
    for name in (SOURCE, DESTINATION):
        equal(client.put_bucket(oss.PutBucketRequest(bucket=name)).status_code, 200)
    names = [bucket.name for page in client.list_buckets_paginator().iter_page(oss.ListBucketsRequest(prefix=f'{RUN}-pv2')) for bucket in page.buckets]
    equal(names, sorted([SOURCE, DESTINATION]))
    info = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=SOURCE)).bucket_info
    equal((info.name, info.location, info.storage_class, info.acl), (SOURCE, f'oss-{REGION}', 'Standard', 'private'))
    equal(client.get_bucket_location(oss.GetBucketLocationRequest(bucket=SOURCE)).location, f'oss-{REGION}')
    equal(client.get_bucket_stat(oss.GetBucketStatRequest(bucket=SOURCE)).object_count, 0)
    equal(client.get_bucket_versioning(oss.GetBucketVersioningRequest(bucket=SOURCE)).version_status, None)
    assert client.is_bucket_exist(SOURCE) and not client.is_bucket_exist(f'{RUN}-nowhere')


@behaviour('bucket ACL')
def _():
    equal(client.get_bucket_acl(oss.GetBucketAclRequest(bucket=SOURCE)).acl, 'private')
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=SOURCE, acl='public-read'))
    equal(client.get_bucket_acl(oss.GetBucketAclRequest(bucket=SOURCE)).acl, 'public-read')
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=SOURCE, acl='private'))


@behaviour('put, get, head, meta, ranges')
def _():
    body = data(300 * KIB)
    result = put(SOURCE, 'plain.bin', body, metadata={'Author': 'ada'}, content_type='application/x-test', cache_control='no-cache')
    equal((result.status_code, result.etag), (200, f'"{hashlib.md5(body).hexdigest().upper()}"'))
    got, read = get(SOURCE, 'plain.bin')
    assert read == body
    equal((got.content_type, got.cache_control, got.metadata.get('author')), ('application/x-test', 'no-cache', 'ada'))
    head = client.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='plain.bin'))
    equal((head.content_length, head.object_type, head.storage_class), (len(body), 'Normal', 'Standard'))
    equal(head.hash_crc64, result.hash_crc64)
    meta = client.get_object_meta(oss.GetObjectMetaRequest(bucket=SOURCE, key='plain.bin'))
    equal((meta.content_length, meta.etag), (len(body), result.etag))
    part, read = get(SOURCE, 'plain.bin', range_header='bytes=100-199')
    equal((part.status_code, part.content_range), (206, f'bytes 100-199/{len(body)}'))
    assert read == body[100:200]
    whole, read = get(SOURCE, 'plain.bin', range_header=f'bytes=0-{len(body)}')
    equal((whole.status_code, len(read)), (200, len(body)), 'a range beyond the end')
    refused('InvalidRange', 416, lambda: get(SOURCE, 'plain.bin', range_header=f'bytes={len(body)}-', range_behavior='standard'))
    assert client.is_object_exist(SOURCE, 'plain.bin') and not client.is_object_exist(SOURCE, 'nothing')


@behaviour('keys of any script')
def _():
    keys = ['目录/文件 +%&=?#.txt', 'a//b/c', "quote'\"<>", '😀\ue000']
    for key in keys:
        put(SOURCE, key, b'x' + key.encode())
        equal(get(SOURCE, key)[1], b'x' + key.encode())
        copy(key, key)
        equal(get(DESTINATION, key)[1], b'x' + key.encode(), 'the copy')
    control = 'control-\x01\x1f'
    put(DESTINATION, control, b'c')
    listed = [entry.key for entry in client.list_objects_v2(oss.ListObjectsV2Request(bucket=DESTINATION)).contents]
    equal(listed, sorted(keys + [control], key=lambda key: key.encode()))
    for key in listed:
        client.delete_object(oss.DeleteObjectRequest(bucket=DESTINATION, key=key))


@behaviour('listing: pages, prefixes, delimiters')
def _():
    for i in range(25):
        put(SOURCE, f'list/{i % 5}/{i:02}', b'')
    pages = list(client.list_objects_v2_paginator(limit=7).iter_page(oss.ListObjectsV2Request(bucket=SOURCE, prefix='list/')))
    equal([len(page.contents) for page in pages], [7, 7, 7, 4])
    grouped = client.list_objects_v2(oss.ListObjectsV2Request(bucket=SOURCE, prefix='list/', delimiter='/'))
    equal([prefix.prefix for prefix in grouped.common_prefixes], [f'list/{i}/' for i in range(5)])
    first = [entry.key for page in client.list_objects_paginator(limit=10).iter_page(oss.ListObjectsRequest(bucket=SOURCE, prefix='list/')) for entry in page.contents]
    equal(len(first), 25)
    equal(client.list_objects(oss.ListObjectsRequest(bucket=SOURCE, prefix='none/')).contents, None)


@behaviour('delete and multi-delete')
def _():
    put(SOURCE, 'gone', b'x')
    for _ in range(2):
        equal(client.delete_object(oss.DeleteObjectRequest(bucket=SOURCE, key='gone')).status_code, 204)
    refused('NoSuchKey', 404, lambda: client.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='gone')))
    keys = [f'list/{i % 5}/{i:02}' for i in range(25)]
    result = client.delete_multiple_objects(oss.DeleteMultipleObjectsRequest(bucket=SOURCE, objects=[oss.DeleteObject(key=key) for key in keys], encoding_type='url'))
    equal([entry.key for entry in result.deleted_objects], keys)


@behaviour('append')
def _():
    first = client.append_object(oss.AppendObjectRequest(bucket=SOURCE, key='log', position=0, body=b'hello '))
    equal(first.next_position, 6)
    second = client.append_object(oss.AppendObjectRequest(bucket=SOURCE, key='log', position=6, body=b'world', init_hash_crc64=first.hash_crc64))
    equal((second.next_position, second.hash_crc64), (11, '5981764153023615706'))
    equal(get(SOURCE, 'log')[1], b'hello world')
    refused('PositionNotEqualToLength', 409, lambda: client.append_object(oss.AppendObjectRequest(bucket=SOURCE, key='log', position=3, body=b'x')))
    refused('ObjectNotAppendable', 409, lambda: client.append_object(oss.AppendObjectRequest(bucket=SOURCE, key='plain.bin', position=0, body=b'x')))


@behaviour('object ACL')
def _():
    equal(client.get_object_acl(oss.GetObjectAclRequest(bucket=SOURCE, key='plain.bin')).acl, 'default')
    client.put_object_acl(oss.PutObjectAclRequest(bucket=SOURCE, key='plain.bin', acl='public-read'))
    equal(client.get_object_acl(oss.GetObjectAclRequest(bucket=SOURCE, key='plain.bin')).acl, 'public-read')
    with urllib.request.urlopen(f'{ENDPOINT}/{SOURCE}/plain.bin') as response:
        equal(len(response.read()), 300 * KIB, 'anonymous read of a public object')
    client.put_object_acl(oss.PutObjectAclRequest(bucket=SOURCE, key='plain.bin', acl='private'))
    anonymous = make_client(credentials_provider=oss.credentials.AnonymousCredentialsProvider())
    try:
        anonymous.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='plain.bin'))
        raise AssertionError('anonymous read of a private object')
    except oss.exceptions.OperationError as error:
        equal(error.unwrap().status_code, 403)


@behaviour('object tagging')
def _():
    tags = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key='k1', value='v 1'), oss.Tag(key='团队', value='数据')]))
    client.put_object_tagging(oss.PutObjectTaggingRequest(bucket=SOURCE, key='plain.bin', tagging=tags))
    equal(tags_of(SOURCE, 'plain.bin'), {'k1': 'v 1', '团队': '数据'})
    equal(client.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='plain.bin')).tagging_count, 2)
    client.delete_object_tagging(oss.DeleteObjectTaggingRequest(bucket=SOURCE, key='plain.bin'))
    equal(tags_of(SOURCE, 'plain.bin'), {})


def tags_of(bucket, key):
    result = client.get_object_tagging(oss.GetObjectTaggingRequest(bucket=bucket, key=key))
    return {tag.key: tag.value for tag in result.tag_set.tags or []}


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
    copy('c', 'plain.bin', if_unmodified_since=same)
    refused('PreconditionFailed', 412, lambda: copy('c', 'plain.bin', if_unmodified_since=before))
    copy('c', 'plain.bin', if_modified_since=before)
    not_modified(lambda: copy('c', 'plain.bin', if_modified_since=same))
    not_modified(lambda: copy('c', 'plain.bin', if_modified_since=after))
    iso = (stamp - datetime.timedelta(hours=1)).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    refused('PreconditionFailed', 412, lambda: copy('c', 'plain.bin', if_unmodified_since=iso))
    refused('PreconditionFailed', 412, lambda: copy('c', 'plain.bin', if_unmodified_since=before, if_modified_since=after))


def not_modified(call):
    try:
        call()
    except oss.exceptions.OperationError as error:
        equal(error.unwrap().status_code, 304)
        return
    raise AssertionError('expected 304')


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


@behaviour('copy: what is not built is refused')
def _():
    refused('NotImplemented', 400, lambda: copy('e', 'plain.bin', server_side_encryption='AES256'))
    refused('NotImplemented', 400, lambda: copy('e', 'plain.bin', server_side_encryption='KMS', server_side_encryption_key_id='9468da86-3509-4f8d-a61e-6eab1eac0000'))
    refused('NotImplemented', 400, lambda: copy('e', 'plain.bin', source_version_id='CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0'))
    refused('NotImplemented', 400, lambda: copy('e', 'plain.bin', traffic_limit=819200))
    refused('NoSuchKey', 404, lambda: client.head_object(oss.HeadObjectRequest(bucket=DESTINATION, key='e')))


@behaviour('multipart upload, part and upload listings')
def _():
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=DESTINATION, key='big', metadata={'m': '1'}))
    parts = []
    for number in (1, 2, 3):
        body = data(110 * KIB, number)
        result = client.upload_part(oss.UploadPartRequest(bucket=DESTINATION, key='big', upload_id=upload.upload_id, part_number=number, body=body))
        parts.append(oss.UploadPart(part_number=number, etag=result.etag))
    listed = client.list_parts(oss.ListPartsRequest(bucket=DESTINATION, key='big', upload_id=upload.upload_id, max_parts=2))
    equal(([part.part_number for part in listed.parts], listed.is_truncated), ([1, 2], True))
    uploads = client.list_multipart_uploads(oss.ListMultipartUploadsRequest(bucket=DESTINATION)).uploads
    equal([(entry.key, entry.upload_id) for entry in uploads], [('big', upload.upload_id)])
    bad = [oss.UploadPart(part_number=1, etag='"00000000000000000000000000000000"')]
    refused('InvalidPart', 400, lambda: complete('big', upload.upload_id, bad))
    refused('InvalidPartOrder', 400, lambda: complete('big', upload.upload_id, list(reversed(parts))))
    done = complete('big', upload.upload_id, parts)
    assert done.etag.endswith('-3"'), done.etag
    got, read = get(DESTINATION, 'big')
    equal((got.object_type, got.metadata.get('m'), got.hash_crc64), ('Multipart', '1', done.hash_crc64))
    assert read == b''.join(data(110 * KIB, number) for number in (1, 2, 3))


def complete(key, upload_id, parts, bucket=DESTINATION):
    return client.complete_multipart_upload(oss.CompleteMultipartUploadRequest(
        bucket=bucket, key=key, upload_id=upload_id, complete_multipart_upload=oss.CompleteMultipartUpload(parts=parts)))


@behaviour('abort')
def _():
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=DESTINATION, key='aborted'))
    client.upload_part(oss.UploadPartRequest(bucket=DESTINATION, key='aborted', upload_id=upload.upload_id, part_number=1, body=b'x'))
    equal(client.abort_multipart_upload(oss.AbortMultipartUploadRequest(bucket=DESTINATION, key='aborted', upload_id=upload.upload_id)).status_code, 204)
    refused('NoSuchUpload', 404, lambda: client.list_parts(oss.ListPartsRequest(bucket=DESTINATION, key='aborted', upload_id=upload.upload_id)))


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


@behaviour('signatures: V1, presigned V4 and V1')
def _():
    first = make_client(signature='v1')
    first.put_object(oss.PutObjectRequest(bucket=SOURCE, key='v1 +签', body=b'v1'))
    equal(get(SOURCE, 'v1 +签')[1], b'v1')
    for presigner in (client, first):
        signed = presigner.presign(oss.GetObjectRequest(bucket=SOURCE, key='v1 +签'))
        with urllib.request.urlopen(signed.url) as response:
            equal(response.read(), b'v1')
    put_url = client.presign(oss.PutObjectRequest(bucket=SOURCE, key='presigned')).url
    address = urllib.parse.urlsplit(put_url)
    connection = http.client.HTTPConnection(address.netloc)
    connection.request('PUT', f'{address.path}?{address.query}', body=b'p')
    equal(connection.getresponse().status, 200)
    connection.close()
    wrong = make_client(credentials_provider=oss.credentials.StaticCredentialsProvider(os.environ['OSS_ACCESS_KEY_ID'], 'wrong'))
    try:
        wrong.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='plain.bin'))
        raise AssertionError('a wrong secret passed')
    except oss.exceptions.OperationError as error:
        equal((error.unwrap().code, error.unwrap().status_code), ('SignatureDoesNotMatch', 403))


@behaviour('virtual-hosted style')
def _():
    virtual = make_client(endpoint=VIRTUAL)
    equal(virtual.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='plain.bin')).content_length, 300 * KIB)
    virtual.copy_object(oss.CopyObjectRequest(bucket=DESTINATION, key='virtual', source_bucket=SOURCE, source_key='plain.bin'))
    equal([bucket.name for bucket in virtual.list_buckets(oss.ListBucketsRequest(prefix=f'{RUN}-pv2')).buckets], sorted([SOURCE, DESTINATION]))


@behaviour('delete bucket')
def _():
    refused('BucketNotEmpty', 409, lambda: client.delete_bucket(oss.DeleteBucketRequest(bucket=SOURCE)))
    for bucket in (SOURCE, DESTINATION):
        for page in client.list_objects_v2_paginator().iter_page(oss.ListObjectsV2Request(bucket=bucket)):
            for entry in page.contents or []:
                client.delete_object(oss.DeleteObjectRequest(bucket=bucket, key=entry.key))
        equal(client.delete_bucket(oss.DeleteBucketRequest(bucket=bucket)).status_code, 204)
    refused('NoSuchBucket', 404, lambda: client.get_bucket_info(oss.GetBucketInfoRequest(bucket=SOURCE)))


resolve_everything_to_loopback()
run_all()
