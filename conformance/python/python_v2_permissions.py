"""Who may do what: policies of buckets, users and sessions, presigned URLs, forms."""
import base64
import json
import os

import alibabacloud_oss_v2 as oss
from behaviours import behaviour, equal, fetch
from form import post_form, signed_v1, signed_v4
from python_v2_setting import DESTINATION, ENDPOINT, KIB, REGION, SOURCE, VERSIONED, client, data, get, head, make_client, put, refused, session_client

CALLBACK_URL = os.environ['OSS_CALLBACK_URL']
ACCOUNT = os.environ['OSS_ACCESS_KEY_ID'], os.environ['OSS_ACCESS_KEY_SECRET']


@behaviour('bucket policy')
def _():
    def set_policy(principal, *actions, effect='Allow'):
        statement = {'Effect': effect, 'Principal': [principal], 'Action': list(actions), 'Resource': [f'acs:oss:*:*:{SOURCE}', f'acs:oss:*:*:{SOURCE}/*']}
        text = json.dumps({'Version': '1', 'Statement': [statement]})
        client.put_bucket_policy(oss.PutBucketPolicyRequest(bucket=SOURCE, body=text))
        equal(client.get_bucket_policy(oss.GetBucketPolicyRequest(bucket=SOURCE)).body, text)

    def is_public():
        return client.get_bucket_policy_status(oss.GetBucketPolicyStatusRequest(bucket=SOURCE)).policy_status.is_public
    user, user_id = session_client('OSS_RAM'), os.environ['OSS_RAM_USER_ID']

    def read():
        return user.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='plain.bin')).content_length

    def copy_as_user(key):
        return user.copy_object(oss.CopyObjectRequest(bucket=SOURCE, key='by-user', source_bucket=SOURCE, source_key=key))
    refused('AccessDenied', 403, read)
    set_policy(user_id, 'oss:GetObject')
    equal((read(), is_public()), (300 * KIB, False))
    refused('AccessDenied', 403, lambda: copy_as_user('plain.bin'))
    set_policy(user_id, 'oss:GetObject', 'oss:PutObject')
    copy_as_user('plain.bin')
    refused('AccessDenied', 403, lambda: copy_as_user('tagged'))  # tags go with a copy, and have actions of their own
    set_policy(user_id, 'oss:GetObject*', 'oss:PutObject*')
    copy_as_user('tagged')
    set_policy(user_id, 'oss:*', effect='Deny')
    refused('AccessDenied', 403, read)
    set_policy('*', 'oss:GetObject')
    equal((fetch(f'{ENDPOINT}/{SOURCE}/plain.bin')[0], is_public()), (200, True))
    refused('InvalidPolicyDocument', 400, lambda: client.put_bucket_policy(oss.PutBucketPolicyRequest(bucket=SOURCE, body='{"Version":"2"}')))
    client.delete_bucket_policy(oss.DeleteBucketPolicyRequest(bucket=SOURCE))
    refused('NoSuchBucketPolicy', 404, lambda: client.get_bucket_policy(oss.GetBucketPolicyRequest(bucket=SOURCE)))
    equal(fetch(f'{ENDPOINT}/{SOURCE}/plain.bin')[0], 403)


@behaviour('STS: temporary credentials, session policy')
def _():
    for signature in (None, 'v1'):
        session = session_client('OSS_STS', signature=signature)
        session.put_object(oss.PutObjectRequest(bucket=SOURCE, key='by session', body=b's'))
        session.copy_object(oss.CopyObjectRequest(bucket=DESTINATION, key='by session', source_bucket=SOURCE, source_key='by session'))
        equal(fetch(session.presign(oss.GetObjectRequest(bucket=DESTINATION, key='by session')).url)[2], b's')
    narrow = session_client('OSS_NARROW')
    narrow.put_object(oss.PutObjectRequest(bucket=SOURCE, key='narrow', body=b'n'))
    for call in (lambda: narrow.head_object(oss.HeadObjectRequest(bucket=SOURCE, key='narrow')),
                 lambda: narrow.copy_object(oss.CopyObjectRequest(bucket=SOURCE, key='x', source_bucket=SOURCE, source_key='narrow'))):
        refused('AccessDenied', 403, call)
    denied = refused('AccessDenied', 403, lambda: narrow.delete_multiple_objects(oss.DeleteMultipleObjectsRequest(bucket=SOURCE, objects=[oss.DeleteObject(key='narrow')])))
    equal(denied.message, "Access denied by authorizer's policy.")
    forged = oss.credentials.StaticCredentialsProvider(os.environ['OSS_STS_KEY_ID'], os.environ['OSS_STS_KEY_SECRET'], 'forged')
    refused('InvalidSecurityToken', 403, lambda: make_client(credentials_provider=forged).list_objects_v2(oss.ListObjectsV2Request(bucket=SOURCE)))


@behaviour('presigned URLs')
def _():
    def answer(request, body=None, **options):
        signed = client.presign(request, **options)
        return fetch(signed.url, signed.method, dict(signed.signed_headers or {}), body)
    equal(answer(oss.PutObjectRequest(bucket=SOURCE, key='signed', content_type='text/signed', metadata={'by': 'url'}), b'signed')[0], 200)
    facts = head(SOURCE, 'signed')
    equal((facts.content_type, facts.metadata.get('by')), ('text/signed', 'url'))
    equal(answer(oss.HeadObjectRequest(bucket=SOURCE, key='signed'))[1].get('content-length'), '6')
    status, headers, body = answer(oss.GetObjectRequest(bucket=SOURCE, key='signed', response_content_type='text/other'))
    equal((status, headers.get('content-type'), body), (200, 'text/other', b'signed'))
    first = put(VERSIONED, 'signed', b'1').version_id
    put(VERSIONED, 'signed', b'2')
    equal(answer(oss.GetObjectRequest(bucket=VERSIONED, key='signed', version_id=first))[2], b'1')
    status, _headers, xml = answer(oss.InitiateMultipartUploadRequest(bucket=SOURCE, key='signed parts'))
    upload_id = xml.decode().split('<UploadId>')[1].split('<')[0]
    status, headers, _body = answer(oss.UploadPartRequest(bucket=SOURCE, key='signed parts', upload_id=upload_id, part_number=1), b'part')
    equal(answer(oss.AbortMultipartUploadRequest(bucket=SOURCE, key='signed parts', upload_id=upload_id))[0], 204)
    url = client.presign(oss.GetObjectRequest(bucket=SOURCE, key='signed')).url
    equal(fetch(url.replace('/signed?', '/plain.bin?'))[0], 403, 'for another object')


@behaviour('form upload: V1 and V4')
def _():
    url = f'{ENDPOINT}/{SOURCE}/'
    conditions = [{'bucket': SOURCE}, ['starts-with', '$key', 'form/'], ['content-length-range', 1, 100], ['eq', '$x-oss-meta-by', 'form']]
    common = {'key': 'form/${filename}', 'x-oss-meta-by': 'form', 'success_action_status': '201'}
    for fields in (signed_v1(*ACCOUNT, conditions), signed_v4(*ACCOUNT, REGION, conditions)):
        status, headers, body = post_form(url, {**common, **fields}, b'by a browser')
        assert status == 201 and b'<Key>form/from-disk.txt</Key>' in body, (status, body)
        facts = head(SOURCE, 'form/from-disk.txt')
        equal((facts.etag, facts.metadata.get('by'), get(SOURCE, 'form/from-disk.txt')[1]), (headers['etag'], 'form', b'by a browser'))
        status, _headers, body = post_form(url, {**common, **fields, 'key': 'elsewhere'}, b'x')
        assert status == 403 and b'Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "form/"]' in body, (status, body)
        status, _headers, body = post_form(url, {**common, **fields}, b'x' * 101)
        equal((status, b'EntityTooLarge' in body), (400, True))
    session = os.environ['OSS_STS_KEY_ID'], os.environ['OSS_STS_KEY_SECRET'], REGION, conditions, os.environ['OSS_STS_TOKEN']
    equal(post_form(url, {**common, **signed_v4(*session)}, b'by a session')[0], 201)
    status, _headers, body = post_form(url, {**common, **signed_v1(*ACCOUNT, conditions, minutes=-1)}, b'x')
    assert status == 403 and b'Policy expired' in body, (status, body)
    status, _headers, body = post_form(url, {**common, **signed_v1(ACCOUNT[0], 'wrong', conditions)}, b'x')
    assert status == 403 and b'SignatureDoesNotMatch' in body, (status, body)
    status, _headers, body = post_form(url, {'key': 'form/anonymous'}, b'x')
    assert status == 403 and b'AccessDenied' in body, (status, body)


@behaviour('callback')
def _():
    def callback_to(url):
        settings = {'callbackUrl': url, 'callbackBody': 'bucket=${bucket}&object=${object}&size=${size}&uid=${x:uid}'}
        return {'callback': base64.b64encode(json.dumps(settings).encode()).decode(), 'callback_var': base64.b64encode(b'{"x:uid":"12345"}').decode()}
    told = {'received': f'bucket={SOURCE}&object=called&size=6&uid=12345'}
    equal(json.loads(put(SOURCE, 'called', b'called', **callback_to(CALLBACK_URL)).callback_result), told)
    failed = put(SOURCE, 'called in vain', b'x', **callback_to(f'{CALLBACK_URL}/fail'))  # the SDK takes 203 for a success
    equal((failed.status_code, '<EC>0007-00000203</EC>' in failed.callback_result), (203, True))
    equal(get(SOURCE, 'called in vain')[1], b'x', 'the object is stored')
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=SOURCE, key='called'))
    client.upload_part(oss.UploadPartRequest(bucket=SOURCE, key='called', upload_id=upload.upload_id, part_number=1, body=b'callee'))
    done = client.complete_multipart_upload(oss.CompleteMultipartUploadRequest(
        bucket=SOURCE, key='called', upload_id=upload.upload_id, complete_all='yes', **callback_to(CALLBACK_URL)))
    equal(json.loads(done.callback_result), told)
    refused('NotImplemented', 400, lambda: put(SOURCE, 'not called', b'x', **callback_to('http://callback.example.com')))
    assert not client.is_object_exist(SOURCE, 'not called')
