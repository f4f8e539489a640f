"""Configurations of buckets: that they are kept, and what they do."""
import alibabacloud_oss_v2 as oss
from behaviours import behaviour, equal, fetch
from python_v2_setting import DESTINATION, ENDPOINT, RUN, SOURCE, client, copy, data, get, head, put, refused


@behaviour('bucket tags')
def _():
    tags = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key='team', value='web'), oss.Tag(key='阶段', value='测试')]))
    client.put_bucket_tags(oss.PutBucketTagsRequest(bucket=SOURCE, tagging=tags))

    def stored():
        tag_set = client.get_bucket_tags(oss.GetBucketTagsRequest(bucket=SOURCE)).tagging.tag_set
        return {tag.key: tag.value for tag in (tag_set.tags if tag_set else None) or []}
    equal(stored(), {'team': 'web', '阶段': '测试'})
    tagged = client.list_buckets(oss.ListBucketsRequest(prefix=RUN, tag_key='team', tag_value='web')).buckets
    equal([bucket.name for bucket in tagged], [SOURCE])
    client.delete_bucket_tags(oss.DeleteBucketTagsRequest(bucket=SOURCE))
    equal(stored(), {})


@behaviour('CORS and preflight')
def _():
    refused('NoSuchCORSConfiguration', 404, lambda: client.get_bucket_cors(oss.GetBucketCorsRequest(bucket=SOURCE)))
    rule = oss.CORSRule(allowed_origins=['http://www.example.com'], allowed_methods=['GET', 'PUT'], allowed_headers=['x-oss-*'], expose_headers=['ETag'], max_age_seconds=100)
    configuration = oss.CORSConfiguration(cors_rules=[rule], response_vary=True)
    client.put_bucket_cors(oss.PutBucketCorsRequest(bucket=SOURCE, cors_configuration=configuration))
    stored = client.get_bucket_cors(oss.GetBucketCorsRequest(bucket=SOURCE)).cors_configuration
    equal((stored.cors_rules[0].allowed_origins, stored.cors_rules[0].allowed_methods, stored.response_vary), (['http://www.example.com'], ['GET', 'PUT'], True))

    def preflight(origin, method):
        return client.option_object(oss.OptionObjectRequest(
            bucket=SOURCE, key='plain.bin', origin=origin, access_control_request_method=method, access_control_request_headers='x-oss-date'))
    answer = preflight('http://www.example.com', 'PUT')
    equal((answer.access_control_allow_origin, answer.access_control_max_age), ('http://www.example.com', 100))
    assert 'PUT' in answer.access_control_allow_methods and 'x-oss-date' in answer.access_control_allow_headers.lower()
    refused('AccessForbidden', 403, lambda: preflight('http://www.example.org', 'PUT'))
    refused('AccessForbidden', 403, lambda: preflight('http://www.example.com', 'DELETE'))
    status, headers, _body = fetch(f'{ENDPOINT}/{SOURCE}/plain.bin', headers={'Origin': 'http://www.example.com'})
    equal((status, headers.get('access-control-allow-origin'), headers.get('vary')), (403, 'http://www.example.com', 'Origin'), 'an error to a page')
    client.delete_bucket_cors(oss.DeleteBucketCorsRequest(bucket=SOURCE))
    refused('AccessForbidden', 403, lambda: preflight('http://www.example.com', 'PUT'))


@behaviour('lifecycle')
def _():
    refused('NoSuchLifecycle', 404, lambda: client.get_bucket_lifecycle(oss.GetBucketLifecycleRequest(bucket=SOURCE)))
    rules = [
        oss.LifecycleRule(id='old logs', prefix='logs/', status='Enabled', expiration=oss.LifecycleRuleExpiration(days=30),
                          transitions=[oss.LifecycleRuleTransition(days=10, storage_class='IA')], tags=[oss.Tag(key='keep', value='no')]),
        oss.LifecycleRule(id='stale', prefix='', status='Enabled', abort_multipart_upload=oss.LifecycleRuleAbortMultipartUpload(days=1),
                          noncurrent_version_expiration=oss.NoncurrentVersionExpiration(noncurrent_days=5),
                          noncurrent_version_transitions=[oss.NoncurrentVersionTransition(noncurrent_days=2, storage_class='Archive')]),
    ]
    client.put_bucket_lifecycle(oss.PutBucketLifecycleRequest(bucket=SOURCE, lifecycle_configuration=oss.LifecycleConfiguration(rules=rules)))
    first, second = client.get_bucket_lifecycle(oss.GetBucketLifecycleRequest(bucket=SOURCE)).lifecycle_configuration.rules
    equal((first.id, first.prefix, first.expiration.days, first.transitions[0].storage_class, first.tags[0].key), ('old logs', 'logs/', 30, 'IA', 'keep'))
    equal((second.abort_multipart_upload.days, second.noncurrent_version_expiration.noncurrent_days), (1, 5))
    equal(second.noncurrent_version_transitions[0].storage_class, 'Archive')
    put(SOURCE, 'logs/1', b'l', tagging='keep=no')
    assert 'rule-id="old%20logs"' in (head(SOURCE, 'logs/1').expiration or ''), head(SOURCE, 'logs/1').expiration
    put(SOURCE, 'logs/2', b'l')
    equal(head(SOURCE, 'logs/2').expiration, None, 'without the tag')
    client.delete_bucket_lifecycle(oss.DeleteBucketLifecycleRequest(bucket=SOURCE))
    equal(head(SOURCE, 'logs/1').expiration, None)


@behaviour('logging')
def _():
    def set_target(bucket):
        status = oss.BucketLoggingStatus(logging_enabled=oss.LoggingEnabled(target_bucket=bucket, target_prefix='access/'))
        return client.put_bucket_logging(oss.PutBucketLoggingRequest(bucket=SOURCE, bucket_logging_status=status))

    def stored():
        enabled = client.get_bucket_logging(oss.GetBucketLoggingRequest(bucket=SOURCE)).bucket_logging_status.logging_enabled
        return enabled and (enabled.target_bucket, enabled.target_prefix)
    equal(stored(), None)
    set_target(DESTINATION)
    equal(stored(), (DESTINATION, 'access/'))
    refused('InvalidTargetBucketForLogging', 400, lambda: set_target(f'{RUN}-nowhere'))
    client.delete_bucket_logging(oss.DeleteBucketLoggingRequest(bucket=SOURCE))
    equal(stored(), None)


@behaviour('referer')
def _():
    def allow(empty, referers, blacklist=()):
        client.put_bucket_referer(oss.PutBucketRefererRequest(bucket=SOURCE, referer_configuration=oss.RefererConfiguration(
            allow_empty_referer=empty, referer_list=oss.RefererList(referers=list(referers)), referer_blacklist=oss.RefererBlacklist(referers=list(blacklist)))))
    allow(False, ['http://*.example.com'], ['http://bad.example.com'])
    stored = client.get_bucket_referer(oss.GetBucketRefererRequest(bucket=SOURCE)).referer_configuration
    equal((stored.allow_empty_referer, stored.referer_list.referers, stored.referer_blacklist.referers), (False, ['http://*.example.com'], ['http://bad.example.com']))
    url = client.presign(oss.GetObjectRequest(bucket=SOURCE, key='plain.bin')).url
    for referer, status in (('http://www.example.com', 200), ('http://bad.example.com', 403), ('http://www.example.org', 403), (None, 403)):
        answer, _headers, body = fetch(url, headers={'Referer': referer} if referer else {})
        equal(answer, status, f'from {referer}')
        assert status == 200 or b'You are denied by bucket referer policy.' in body
    allow(True, [])
    equal(fetch(url)[0], 200)


@behaviour('request payment')
def _():
    def payer():
        return client.get_bucket_request_payment(oss.GetBucketRequestPaymentRequest(bucket=SOURCE)).request_payment_configuration.payer

    def set_payer(name):
        configuration = oss.RequestPaymentConfiguration(payer=name)
        client.put_bucket_request_payment(oss.PutBucketRequestPaymentRequest(bucket=SOURCE, request_payment_configuration=configuration))
    equal(payer(), 'BucketOwner')
    set_payer('Requester')
    equal(payer(), 'Requester')
    put(SOURCE, 'paid', b'p', acl='public-read', request_payer='requester')
    copy('paid', 'paid', request_payer='requester')
    equal(get(SOURCE, 'paid', request_payer='requester')[1], b'p')
    status, _headers, body = fetch(f'{ENDPOINT}/{SOURCE}/paid')
    equal((status, b'Access denied for requester pay bucket' in body), (403, True), 'nobody pays')
    set_payer('BucketOwner')
    equal(fetch(f'{ENDPOINT}/{SOURCE}/paid')[0], 200)


@behaviour('overwrite rules')
def _():
    refused('NoSuchBucketOverwriteConfig', 404, lambda: client.get_bucket_overwrite_config(oss.GetBucketOverwriteConfigRequest(bucket=DESTINATION)))
    rule = oss.OverwriteRule(id='r1', action='forbid', prefix='guard/', suffix='.txt', principals=oss.OverwritePrincipals(principals=['*']))
    client.put_bucket_overwrite_config(oss.PutBucketOverwriteConfigRequest(bucket=DESTINATION, overwrite_configuration=oss.OverwriteConfiguration(rules=[rule])))
    stored = client.get_bucket_overwrite_config(oss.GetBucketOverwriteConfigRequest(bucket=DESTINATION)).overwrite_configuration.rules[0]
    equal((stored.id, stored.action, stored.prefix, stored.suffix, stored.principals.principals), ('r1', 'forbid', 'guard/', '.txt', ['*']))
    copy('guard/a.txt', 'plain.bin')
    refused('FileAlreadyExists', 409, lambda: copy('guard/a.txt', 'plain.bin'))
    refused('FileAlreadyExists', 409, lambda: put(DESTINATION, 'guard/a.txt', b'x'))
    equal(get(DESTINATION, 'guard/a.txt')[1], data(300 * 1024))
    for _ in range(2):
        put(DESTINATION, 'guard/a.bin', b'x')
    client.delete_bucket_overwrite_config(oss.DeleteBucketOverwriteConfigRequest(bucket=DESTINATION))
    put(DESTINATION, 'guard/a.txt', b'x')


@behaviour('what is not built is refused')
def _():
    refused('NotImplemented', 400, lambda: copy('e', 'plain.bin', server_side_encryption='SM4'))
    refused('NotImplemented', 400, lambda: copy('e', 'plain.bin', server_side_encryption='KMS', server_side_data_encryption='SM4'))
    refused('NoSuchKey', 404, lambda: head(DESTINATION, 'e'))
    refused('NotImplemented', 400, lambda: get(SOURCE, 'plain.bin', process='image/resize,w_10'))
    website = oss.WebsiteConfiguration(index_document=oss.IndexDocument(suffix='index.html'))
    for call in (lambda: client.put_bucket_website(oss.PutBucketWebsiteRequest(bucket=SOURCE, website_configuration=website)),
                 lambda: client.get_bucket_replication(oss.GetBucketReplicationRequest(bucket=SOURCE)),
                 lambda: client.list_bucket_inventory(oss.ListBucketInventoryRequest(bucket=SOURCE)),
                 lambda: client.get_bucket_transfer_acceleration(oss.GetBucketTransferAccelerationRequest(bucket=SOURCE))):
        refused('NotImplemented', 400, call)
