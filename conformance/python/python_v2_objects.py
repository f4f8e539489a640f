"""Objects: put, get, lists, deletion, append, multipart uploads, signatures."""
import hashlib
import http.client
import os
import urllib.parse
import urllib.request

import alibabacloud_oss_v2 as oss
from behaviours import behaviour, equal
from python_v2_setting import (DESTINATION, ENDPOINT, KIB, RUN, SOURCE, VIRTUAL, client, complete, copy, data, get, make_client, put, refused,
                               tags_of)


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


@behaviour('abort')
def _():
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=DESTINATION, key='aborted'))
    client.upload_part(oss.UploadPartRequest(bucket=DESTINATION, key='aborted', upload_id=upload.upload_id, part_number=1, body=b'x'))
    equal(client.abort_multipart_upload(oss.AbortMultipartUploadRequest(bucket=DESTINATION, key='aborted', upload_id=upload.upload_id)).status_code, 204)
    refused('NoSuchUpload', 404, lambda: client.list_parts(oss.ListPartsRequest(bucket=DESTINATION, key='aborted', upload_id=upload.upload_id)))


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
    equal([bucket.name for bucket in virtual.list_buckets(oss.ListBucketsRequest(prefix=SOURCE)).buckets], [SOURCE])
