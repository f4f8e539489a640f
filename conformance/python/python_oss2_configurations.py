"""Configurations of buckets, and who may do what: policies, sessions, presigned URLs, forms."""
import base64
import json
import os

import oss2
from behaviours import behaviour, equal, fetch
from form import post_form, signed_v1, signed_v4
from oss2.headers import OSS_REQUEST_PAYER, OSS_SERVER_SIDE_ENCRYPTION
from oss2.models import (AbortMultipartUpload, BucketCors, BucketLifecycle, BucketLogging, BucketReferer, BucketWebsite, CorsRule, LifecycleExpiration, LifecycleRule,
                         NoncurrentVersionExpiration, NoncurrentVersionStorageTransition, StorageTransition, Tagging, TaggingRule)
from python_oss2_setting import (DESTINATION, ENDPOINT, KEY_ID, KIB, REGION, RUN, SECRET, SOURCE, as_user, auth, destination, is_read, refused, source, versioned)


@behaviour('bucket tags')
def _():
    rule = TaggingRule()
    rule.add('team', 'web')
    rule.add('阶段', '测试')
    source.put_bucket_tagging(Tagging(rule))
    equal(dict(source.get_bucket_tagging().tag_set.tagging_rule), {'team': 'web', '阶段': '测试'})
    tagged = oss2.Service(auth, ENDPOINT).list_buckets(prefix=RUN, params={'tag-key': 'team', 'tag-value': 'web'}).buckets
    equal([bucket.name for bucket in tagged], [SOURCE])
    source.delete_bucket_tagging(params={'tagging': 'team'})
    equal(dict(source.get_bucket_tagging().tag_set.tagging_rule), {'阶段': '测试'})
    source.delete_bucket_tagging()
    equal(dict(source.get_bucket_tagging().tag_set.tagging_rule), {})


@behaviour('CORS and preflight')
def _():
    refused('NoSuchCORSConfiguration', 404, source.get_bucket_cors)
    rule = CorsRule(['http://www.example.com'], ['GET', 'PUT'], ['x-oss-*'], ['ETag'], 100)
    source.put_bucket_cors(BucketCors([rule], response_vary=True))
    stored = source.get_bucket_cors()
    equal((stored.rules[0].allowed_origins, stored.rules[0].allowed_methods, stored.rules[0].max_age_seconds), (['http://www.example.com'], ['GET', 'PUT'], 100))

    def preflight(origin, method):
        headers = {'Origin': origin, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': 'x-oss-date'}
        return fetch(f'{ENDPOINT}/{SOURCE}/plain.bin', 'OPTIONS', headers)
    status, headers, _body = preflight('http://www.example.com', 'PUT')
    equal((status, headers.get('access-control-allow-origin'), headers.get('access-control-max-age')), (200, 'http://www.example.com', '100'))
    status, _headers, body = preflight('http://www.example.org', 'PUT')
    equal((status, b'AccessForbidden' in body), (403, True))
    status, headers, _body = fetch(f'{ENDPOINT}/{SOURCE}/plain.bin', headers={'Origin': 'http://www.example.com'})
    equal((status, headers.get('access-control-allow-origin'), headers.get('vary')), (403, 'http://www.example.com', 'Origin'), 'an error to a page')
    source.delete_bucket_cors()
    equal(preflight('http://www.example.com', 'PUT')[0], 403)


@behaviour('lifecycle')
def _():
    refused('NoSuchLifecycle', 404, source.get_bucket_lifecycle)
    tags = TaggingRule()
    tags.add('keep', 'no')
    source.put_bucket_lifecycle(BucketLifecycle([
        LifecycleRule('old logs', 'logs/', expiration=LifecycleExpiration(days=30), storage_transitions=[StorageTransition(days=10, storage_class='IA')], tagging=Tagging(tags)),
        LifecycleRule('stale', '', abort_multipart_upload=AbortMultipartUpload(days=1), noncurrent_version_expiration=NoncurrentVersionExpiration(5),
                      noncurrent_version_sotrage_transitions=[NoncurrentVersionStorageTransition(2, 'Archive')]),
    ]))
    first, second = source.get_bucket_lifecycle().rules
    equal((first.id, first.prefix, first.expiration.days, first.storage_transitions[0].storage_class), ('old logs', 'logs/', 30, 'IA'))
    equal((second.abort_multipart_upload.days, second.noncurrent_version_expiration.noncurrent_days), (1, 5))
    source.put_object('logs/1', 'l', headers={'x-oss-tagging': 'keep=no'})
    assert 'rule-id="old%20logs"' in source.head_object('logs/1').headers.get('x-oss-expiration', '')
    source.put_object('logs/2', 'l')
    equal(source.head_object('logs/2').headers.get('x-oss-expiration'), None, 'without the tag')
    source.delete_bucket_lifecycle()
    equal(source.head_object('logs/1').headers.get('x-oss-expiration'), None)


@behaviour('logging')
def _():
    equal(source.get_bucket_logging().target_bucket, '')
    source.put_bucket_logging(BucketLogging(DESTINATION, 'access/'))
    stored = source.get_bucket_logging()
    equal((stored.target_bucket, stored.target_prefix), (DESTINATION, 'access/'))
    refused('InvalidTargetBucketForLogging', 400, lambda: source.put_bucket_logging(BucketLogging(f'{RUN}-nowhere', 'access/')))
    source.delete_bucket_logging()
    equal(source.get_bucket_logging().target_bucket, '')


@behaviour('referer')
def _():
    source.put_bucket_referer(BucketReferer(False, ['http://*.example.com'], black_referers=['http://bad.example.com']))
    stored = source.get_bucket_referer()
    equal((stored.allow_empty_referer, stored.referers, stored.black_referers), (False, ['http://*.example.com'], ['http://bad.example.com']))
    url = source.sign_url('GET', 'plain.bin', 60)
    for referer, status in (('http://www.example.com', 200), ('http://bad.example.com', 403), ('http://www.example.org', 403), (None, 403)):
        answer, _headers, body = fetch(url, headers={'Referer': referer} if referer else {})
        equal(answer, status, f'from {referer}')
        assert status == 200 or b'You are denied by bucket referer policy.' in body
    source.put_bucket_referer(BucketReferer(True, []))
    equal(fetch(url)[0], 200)


@behaviour('request payment')
def _():
    equal(source.get_bucket_request_payment().payer, 'BucketOwner')
    source.put_bucket_request_payment(oss2.models.PAYER_REQUESTER)
    equal(source.get_bucket_request_payment().payer, 'Requester')
    pays = {OSS_REQUEST_PAYER: 'requester'}
    source.put_object('paid', 'p', headers={'x-oss-object-acl': 'public-read', **pays})
    destination.copy_object(SOURCE, 'paid', 'paid', headers=dict(pays))
    equal(source.get_object('paid', headers=dict(pays)).read(), b'p')
    status, _headers, body = fetch(f'{ENDPOINT}/{SOURCE}/paid')
    equal((status, b'Access denied for requester pay bucket' in body), (403, True), 'nobody pays')
    source.put_bucket_request_payment(oss2.models.PAYER_BUCKETOWNER)
    equal(fetch(f'{ENDPOINT}/{SOURCE}/paid')[0], 200)


@behaviour('what is not built is refused')
def _():
    sm4 = {OSS_SERVER_SIDE_ENCRYPTION: 'KMS', 'x-oss-server-side-data-encryption': 'SM4'}
    for headers in ({OSS_SERVER_SIDE_ENCRYPTION: 'SM4'}, sm4):
        refused('NotImplemented', 400, lambda: destination.copy_object(SOURCE, 'plain.bin', 'e', headers=dict(headers)))
    assert not destination.object_exists('e')
    refused('NotImplemented', 400, lambda: source.get_object('plain.bin', process='image/resize,w_10'))
    for call in (lambda: source.put_bucket_website(BucketWebsite('index.html', 'error.html')), source.get_bucket_replication,
                 source.list_bucket_inventory_configurations, source.get_bucket_transfer_acceleration, lambda: source.get_live_channel('channel')):
        refused('NotImplemented', 400, call)


@behaviour('bucket policy')
def _():
    def set_policy(principal, *actions, effect='Allow'):
        statement = {'Effect': effect, 'Principal': [principal], 'Action': list(actions), 'Resource': [f'acs:oss:*:*:{SOURCE}', f'acs:oss:*:*:{SOURCE}/*']}
        text = json.dumps({'Version': '1', 'Statement': [statement]})
        source.put_bucket_policy(text)
        equal(source.get_bucket_policy().policy, text)
    user, user_id = as_user('OSS_RAM', SOURCE), os.environ['OSS_RAM_USER_ID']
    refused('AccessDenied', 403, lambda: user.head_object('plain.bin'))
    set_policy(user_id, 'oss:GetObject')
    equal(user.head_object('plain.bin').content_length, 300 * KIB)
    refused('AccessDenied', 403, lambda: user.copy_object(SOURCE, 'plain.bin', 'by-user'))
    set_policy(user_id, 'oss:GetObject', 'oss:PutObject')
    user.copy_object(SOURCE, 'plain.bin', 'by-user')
    refused('AccessDenied', 403, lambda: user.copy_object(SOURCE, 'tagged', 'by-user'))  # tags go with a copy, and have actions of their own
    set_policy(user_id, 'oss:GetObject*', 'oss:PutObject*')
    user.copy_object(SOURCE, 'tagged', 'by-user')
    set_policy(user_id, 'oss:*', effect='Deny')
    refused('AccessDenied', 403, lambda: user.head_object('plain.bin'))
    set_policy('*', 'oss:GetObject')
    equal(fetch(f'{ENDPOINT}/{SOURCE}/plain.bin')[0], 200)
    refused('InvalidPolicyDocument', 400, lambda: source.put_bucket_policy('{"Version":"2"}'))
    source.delete_bucket_policy()
    refused('NoSuchBucketPolicy', 404, source.get_bucket_policy)
    equal(fetch(f'{ENDPOINT}/{SOURCE}/plain.bin')[0], 403)


@behaviour('STS: temporary credentials, session policy')
def _():
    for version in (oss2.AUTH_VERSION_1, oss2.AUTH_VERSION_2, oss2.AUTH_VERSION_4):
        session = as_user('OSS_STS', SOURCE, version)
        session.put_object('by session', 's')
        as_user('OSS_STS', DESTINATION, version).copy_object(SOURCE, 'by session', 'by session')
        equal(fetch(session.sign_url('GET', 'by session', 60))[2], b's', version)
    narrow = as_user('OSS_NARROW', SOURCE)
    narrow.put_object('narrow', 'n')
    for call in (lambda: narrow.head_object('narrow'), lambda: narrow.copy_object(SOURCE, 'narrow', 'x')):
        refused('AccessDenied', 403, call)
    equal(refused('AccessDenied', 403, lambda: narrow.batch_delete_objects(['narrow'])).message, "Access denied by authorizer's policy.")
    forged = oss2.StsAuth(os.environ['OSS_STS_KEY_ID'], os.environ['OSS_STS_KEY_SECRET'], 'forged')
    refused('InvalidSecurityToken', 403, lambda: oss2.Bucket(forged, ENDPOINT, SOURCE).list_objects())


@behaviour('presigned URLs')
def _():
    for other in (auth, oss2.AuthV2(KEY_ID, SECRET), oss2.AuthV4(KEY_ID, SECRET)):
        bucket = oss2.Bucket(other, ENDPOINT, SOURCE, region=REGION)
        headers = {'Content-Type': 'text/signed', 'x-oss-meta-by': 'url'}
        equal(fetch(bucket.sign_url('PUT', 'signed', 60, headers=headers), 'PUT', headers, b'signed')[0], 200)
        equal(source.head_object('signed').headers['x-oss-meta-by'], 'url')
        status, headers, body = fetch(bucket.sign_url('GET', 'signed', 60, params={'response-content-type': 'text/other'}))
        equal((status, headers.get('content-type'), body), (200, 'text/other', b'signed'))
        copy = {'x-oss-copy-source': f'/{SOURCE}/signed', 'x-oss-metadata-directive': 'REPLACE'}
        equal(fetch(bucket.sign_url('PUT', 'signed copy', 60, headers=copy), 'PUT', copy)[0], 200, 'a copy by URL')
        is_read(source, 'signed copy', b'signed')
        equal(fetch(bucket.sign_url('GET', 'signed', 60, params={'acl': ''}))[0], 200)
        equal(fetch(bucket.sign_url('DELETE', 'signed copy', 60), 'DELETE')[0], 204)
        equal(fetch(bucket.sign_url('GET', 'signed', 60).replace('/signed?', '/plain.bin?'))[0], 403, 'for another object')
    first = versioned.put_object('signed', '1').versionid
    versioned.put_object('signed', '2')
    equal(fetch(versioned.sign_url('GET', 'signed', 60, params={'versionId': first}))[2], b'1')


@behaviour('form upload: V1 and V4')
def _():
    url = f'{ENDPOINT}/{SOURCE}/'
    conditions = [{'bucket': SOURCE}, ['starts-with', '$key', 'form/'], ['content-length-range', 1, 100]]
    for fields in (signed_v1(KEY_ID, SECRET, conditions), signed_v4(KEY_ID, SECRET, REGION, conditions)):
        status, headers, _body = post_form(url, {'key': 'form/${filename}', **fields}, b'by a browser')
        equal((status, headers['etag'].strip('"')), (204, source.head_object('form/from-disk.txt').etag))
        is_read(source, 'form/from-disk.txt', b'by a browser')
        equal(post_form(url, {'key': 'elsewhere', **fields}, b'x')[0], 403)
        status, _headers, body = post_form(url, {'key': 'form/long', **fields}, b'x' * 101)
        equal((status, b'EntityTooLarge' in body), (400, True))


@behaviour('callback')
def _():
    def callback_to(url):
        settings = {'callbackUrl': url, 'callbackBody': 'bucket=${bucket}&object=${object}&size=${size}&uid=${x:uid}'}
        return {'x-oss-callback': base64.b64encode(json.dumps(settings).encode()).decode(), 'x-oss-callback-var': base64.b64encode(b'{"x:uid":"12345"}').decode()}

    def answer_of(result):
        return result.status, json.loads(result.resp.read())
    url = os.environ['OSS_CALLBACK_URL']
    told = {'received': f'bucket={SOURCE}&object=called&size=6&uid=12345'}
    equal(answer_of(source.put_object('called', 'called', headers=callback_to(url))), (200, told))
    failed = source.put_object('called in vain', 'x', headers=callback_to(f'{url}/fail'))
    equal((failed.status, b'CallbackFailed' in failed.resp.read()), (203, True))
    is_read(source, 'called in vain', b'x')
    upload_id = source.init_multipart_upload('called').upload_id
    source.upload_part('called', upload_id, 1, 'callee')
    equal(answer_of(source.complete_multipart_upload('called', upload_id, None, headers={'x-oss-complete-all': 'yes', **callback_to(url)})), (200, told))
    refused('NotImplemented', 400, lambda: source.put_object('not called', 'x', headers=callback_to('http://callback.example.com')))
    assert not source.object_exists('not called')
