"""What happens to content and who may change it: encryption, storage classes and restoration, retention, links, sealing, headers with rules of their own."""
import base64
import datetime
import os
import time

import alibabacloud_oss_v2 as oss
from behaviours import behaviour, equal, wait_until
from python_v2_setting import DESTINATION, KIB, RUN, SOURCE, client, complete, copy, data, get, head, put, refused

KEY_ID = os.environ['OSS_KMS_KEY_ID']
WORM, HELD = f'{RUN}-pv2-worm', f'{RUN}-pv2-held'


def encryption_of(bucket, key):
    facts = head(bucket, key)
    return facts.server_side_encryption, facts.server_side_encryption_key_id


@behaviour('encryption at rest')
def _():
    body = data(300 * KIB, 'secret')
    result = put(SOURCE, 'secret', body, server_side_encryption='AES256')
    equal((result.headers.get('x-oss-server-side-encryption'), encryption_of(SOURCE, 'secret')), ('AES256', ('AES256', None)))
    equal(get(SOURCE, 'secret')[1], body)
    equal(get(SOURCE, 'secret', range_header='bytes=100000-200000')[1], body[100000:200001])
    put(SOURCE, 'kms', body, server_side_encryption='KMS')
    equal(encryption_of(SOURCE, 'kms')[0], 'KMS', 'under the default master key')
    put(SOURCE, 'named', body, server_side_encryption='KMS', server_side_encryption_key_id=KEY_ID)
    equal((encryption_of(SOURCE, 'named'), get(SOURCE, 'named')[1]), (('KMS', KEY_ID), body))
    refused('KeyNotFound', 404, lambda: put(SOURCE, 'x', b'x', server_side_encryption='KMS', server_side_encryption_key_id='9468da86-3509-4f8d-a61e-6eab1eac0000'))
    refused('InvalidEncryptionAlgorithmError', 400, lambda: put(SOURCE, 'x', b'x', server_side_encryption='ROT13'))
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=SOURCE, key='parts', server_side_encryption='AES256'))
    parts = []
    for number in (1, 2):
        part = client.upload_part(oss.UploadPartRequest(bucket=SOURCE, key='parts', upload_id=upload.upload_id, part_number=number, body=data(110 * KIB, number)))
        parts.append(oss.UploadPart(part_number=number, etag=part.etag))
    complete('parts', upload.upload_id, parts, bucket=SOURCE)
    equal((encryption_of(SOURCE, 'parts')[0], get(SOURCE, 'parts')[1]), ('AES256', data(110 * KIB, 1) + data(110 * KIB, 2)))


@behaviour('encryption: default of the bucket')
def _():
    rule = oss.ServerSideEncryptionRule(apply_server_side_encryption_by_default=oss.ApplyServerSideEncryptionByDefault(
        sse_algorithm='KMS', kms_master_key_id=KEY_ID))
    client.put_bucket_encryption(oss.PutBucketEncryptionRequest(bucket=SOURCE, server_side_encryption_rule=rule))
    stored = client.get_bucket_encryption(oss.GetBucketEncryptionRequest(bucket=SOURCE)).server_side_encryption_rule
    stored = stored.apply_server_side_encryption_by_default
    equal((stored.sse_algorithm, stored.kms_master_key_id), ('KMS', KEY_ID))
    info = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=SOURCE)).bucket_info
    equal((info.sse_rule.sse_algorithm, info.sse_rule.kms_master_key_id), ('KMS', KEY_ID))
    put(SOURCE, 'by default', b'd')
    equal(encryption_of(SOURCE, 'by default'), ('KMS', KEY_ID))
    put(SOURCE, 'by header', b'd', server_side_encryption='AES256')
    equal(encryption_of(SOURCE, 'by header'), ('AES256', None))
    client.delete_bucket_encryption(oss.DeleteBucketEncryptionRequest(bucket=SOURCE))
    refused('NoSuchServerSideEncryptionRule', 404, lambda: client.get_bucket_encryption(oss.GetBucketEncryptionRequest(bucket=SOURCE)))
    put(SOURCE, 'by default', b'd')
    equal(encryption_of(SOURCE, 'by default'), (None, None))


@behaviour('copy: encryption there and back')
def _():
    plain = head(SOURCE, 'plain.bin')
    for key, source_key, members in (('there', 'plain.bin', {'server_side_encryption': 'AES256'}),
                                     ('other', 'there', {'server_side_encryption': 'KMS', 'server_side_encryption_key_id': KEY_ID}),
                                     ('back', 'other', {})):
        result = copy(key, source_key, source_bucket=SOURCE if source_key == 'plain.bin' else DESTINATION, **members)
        facts = head(DESTINATION, key)
        wanted = members.get('server_side_encryption')
        equal((facts.server_side_encryption, result.server_side_encryption), (wanted, wanted), key)
        equal((result.etag, facts.hash_crc64, get(DESTINATION, key)[1]), (plain.etag, plain.hash_crc64, data(300 * KIB)), key)
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=DESTINATION, key='mixed', server_side_encryption='KMS'))
    parts = []
    for number, (bucket, key) in enumerate(((SOURCE, 'plain.bin'), (DESTINATION, 'there'), (DESTINATION, 'other')), 1):
        part = client.upload_part_copy(oss.UploadPartCopyRequest(bucket=DESTINATION, key='mixed', upload_id=upload.upload_id, part_number=number, source_bucket=bucket, source_key=key))
        parts.append(oss.UploadPart(part_number=number, etag=part.etag))
    complete('mixed', upload.upload_id, parts)
    equal((encryption_of(DESTINATION, 'mixed')[0], get(DESTINATION, 'mixed')[1]), ('KMS', data(300 * KIB) * 3))


@behaviour('archive and restore')
def _():
    put(SOURCE, 'cold', b'cold', storage_class='Archive')
    equal(head(SOURCE, 'cold').storage_class, 'Archive')
    refused('InvalidObjectState', 403, lambda: get(SOURCE, 'cold'))
    refused('InvalidObjectState', 403, lambda: copy('cold', 'cold'))

    def restore(key, **members):
        return client.restore_object(oss.RestoreObjectRequest(bucket=SOURCE, key=key, **members))
    equal(restore('cold').status_code, 202)
    refused('RestoreAlreadyInProgress', 409, lambda: restore('cold'))
    equal(head(SOURCE, 'cold').restore, 'ongoing-request="true"')
    wait_until(lambda: head(SOURCE, 'cold').restore.startswith('ongoing-request="false", expiry-date="'), 'the restoration')
    equal(get(SOURCE, 'cold')[1], b'cold')
    copy('cold', 'cold', storage_class='Standard')
    equal((get(DESTINATION, 'cold')[1], head(DESTINATION, 'cold').storage_class), (b'cold', 'Standard'))
    copy('still cold', 'cold', storage_class='ColdArchive')
    refused('InvalidObjectState', 403, lambda: get(DESTINATION, 'still cold'))
    equal(restore('cold', restore_request=oss.RestoreRequest(days=3)).status_code, 200, 'prolonged')
    client.clean_restored_object(oss.CleanRestoredObjectRequest(bucket=SOURCE, key='cold'))
    refused('InvalidObjectState', 403, lambda: get(SOURCE, 'cold'))
    refused('ArchiveRestoreNotFinished', 409, lambda: client.clean_restored_object(oss.CleanRestoredObjectRequest(bucket=SOURCE, key='cold')))
    put(SOURCE, 'deep', b'deep', storage_class='DeepColdArchive')
    equal(restore('deep', restore_request=oss.RestoreRequest(days=1, tier='Standard')).status_code, 202)
    refused('OperationNotSupported', 400, lambda: restore('plain.bin'))


@behaviour('retention')
def _():
    client.put_bucket(oss.PutBucketRequest(bucket=WORM))
    put(WORM, 'before', b'before')

    def initiate():
        configuration = oss.InitiateWormConfiguration(retention_period_in_days=1)
        return client.initiate_bucket_worm(oss.InitiateBucketWormRequest(bucket=WORM, initiate_worm_configuration=configuration)).worm_id

    def state():
        worm = client.get_bucket_worm(oss.GetBucketWormRequest(bucket=WORM)).worm_configuration
        return worm.worm_id, worm.state, worm.retention_period_in_days
    worm_id = initiate()
    equal(state(), (worm_id, 'InProgress', 1))
    refused('WORMConfigurationAlreadyExists', 409, initiate)
    for change in (lambda: put(WORM, 'before', b'after'), lambda: copy('before', 'plain.bin', bucket=WORM),
                   lambda: client.delete_object(oss.DeleteObjectRequest(bucket=WORM, key='before'))):
        refused('FileImmutable', 409, change)
    put(WORM, 'new', b'new')
    copy('from-worm', 'before', source_bucket=WORM)
    client.abort_bucket_worm(oss.AbortBucketWormRequest(bucket=WORM))
    refused('NoSuchWORMConfiguration', 404, state)
    put(WORM, 'before', b'after')
    worm_id = initiate()
    client.complete_bucket_worm(oss.CompleteBucketWormRequest(bucket=WORM, worm_id=worm_id))
    extension = oss.ExtendWormConfiguration(retention_period_in_days=2)
    client.extend_bucket_worm(oss.ExtendBucketWormRequest(bucket=WORM, worm_id=worm_id, extend_worm_configuration=extension))
    equal(state(), (worm_id, 'Locked', 2))
    refused('WORMConfigurationLocked', 403, lambda: client.abort_bucket_worm(oss.AbortBucketWormRequest(bucket=WORM)))
    refused('FileImmutable', 409, lambda: put(WORM, 'before', b'again'))


@behaviour('retention of objects, legal hold')
def _():
    client.put_bucket(oss.PutBucketRequest(bucket=HELD))
    client.put_bucket_versioning(oss.PutBucketVersioningRequest(bucket=HELD, versioning_configuration=oss.VersioningConfiguration(status='Enabled')))
    retention = oss.ObjectWormConfigurationRuleDefaultRetention(mode='GOVERNANCE', days=1)
    client.put_bucket_object_worm_configuration(oss.PutBucketObjectWormConfigurationRequest(bucket=HELD, object_worm_configuration=oss.ObjectWormConfiguration(
        object_worm_enabled='Enabled', rule=oss.ObjectWormConfigurationRule(default_retention=retention))))
    stored = client.get_bucket_object_worm_configuration(oss.GetBucketObjectWormConfigurationRequest(bucket=HELD)).object_worm_configuration
    equal((stored.object_worm_enabled, stored.rule.default_retention.mode, stored.rule.default_retention.days), ('Enabled', 'GOVERNANCE', 1))

    def delete(version_id, **members):
        return client.delete_object(oss.DeleteObjectRequest(bucket=HELD, key='held', version_id=version_id, **members))

    def hold(status, version_id):
        client.put_object_legal_hold(oss.PutObjectLegalHoldRequest(bucket=HELD, key='held', version_id=version_id, legal_hold=oss.LegalHold(status=status)))
        return client.get_object_legal_hold(oss.GetObjectLegalHoldRequest(bucket=HELD, key='held', version_id=version_id)).legal_hold.status
    version_id = put(HELD, 'held', b'1').version_id
    equal(head(HELD, 'held').object_worm_mode, 'GOVERNANCE', 'by default')
    refused('FileImmutable', 409, lambda: delete(version_id))
    until = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)).strftime('%Y-%m-%dT%H:%M:%S.000Z')
    client.put_object_retention(oss.PutObjectRetentionRequest(bucket=HELD, key='held', version_id=version_id, retention=oss.Retention(mode='GOVERNANCE', retain_until_date=until)))
    kept = client.get_object_retention(oss.GetObjectRetentionRequest(bucket=HELD, key='held', version_id=version_id)).retention
    equal((kept.mode, kept.retain_until_date), ('GOVERNANCE', until))
    equal((hold('ON', version_id), head(HELD, 'held').object_worm_legal_hold), ('ON', 'ON'))
    refused('FileImmutable', 409, lambda: delete(version_id, bypass_governance_retention=True))
    equal(hold('OFF', version_id), 'OFF')
    held = copy('held', 'plain.bin', bucket=HELD, object_worm_legal_hold='ON').version_id
    equal(head(HELD, 'held', version_id=held).object_worm_legal_hold, 'ON', 'by the header of a copy')
    hold('OFF', held)
    marker = delete(None).version_id
    for each in (version_id, held, marker):
        delete(each, bypass_governance_retention=True)
    client.delete_bucket(oss.DeleteBucketRequest(bucket=HELD))


@behaviour('symlinks')
def _():
    client.put_symlink(oss.PutSymlinkRequest(bucket=SOURCE, key='link', symlink_target='plain.bin', metadata={'of': 'link'}))
    equal(client.get_symlink(oss.GetSymlinkRequest(bucket=SOURCE, key='link')).target, 'plain.bin')
    facts = head(SOURCE, 'link')
    equal((facts.object_type, facts.content_length, facts.etag), ('Symlink', 300 * KIB, head(SOURCE, 'plain.bin').etag))
    equal(get(SOURCE, 'link')[1], data(300 * KIB))
    copy('copied link', 'link', bucket=SOURCE)
    equal((head(SOURCE, 'copied link').object_type, get(SOURCE, 'copied link')[1]), ('Symlink', data(300 * KIB)), 'a link is copied, not what it points to')
    refused('InvalidArgument', 400, lambda: copy('x', 'link', server_side_encryption='AES256'))
    client.put_symlink(oss.PutSymlinkRequest(bucket=SOURCE, key='dangling', symlink_target='nothing'))
    refused('SymlinkTargetNotExist', 404, lambda: get(SOURCE, 'dangling'))
    client.put_symlink(oss.PutSymlinkRequest(bucket=SOURCE, key='chain', symlink_target='link'))
    refused('InvalidTargetType', 400, lambda: get(SOURCE, 'chain'))
    refused('NotSymlink', 400, lambda: client.get_symlink(oss.GetSymlinkRequest(bucket=SOURCE, key='plain.bin')))
    refused('FileAlreadyExists', 409, lambda: client.put_symlink(oss.PutSymlinkRequest(bucket=SOURCE, key='link', symlink_target='x', forbid_overwrite='true')))


@behaviour('seal an appendable object')
def _():
    client.append_object(oss.AppendObjectRequest(bucket=SOURCE, key='sealed', position=0, body=b'hello'))
    refused('PositionNotEqualToLength', 409, lambda: client.seal_append_object(oss.SealAppendObjectRequest(bucket=SOURCE, key='sealed', position=4)))
    result = client.seal_append_object(oss.SealAppendObjectRequest(bucket=SOURCE, key='sealed', position=5))
    equal(result.sealed_time, head(SOURCE, 'sealed').sealed_time)
    refused('AppendSealedObjectNotAllowed', 409, lambda: client.append_object(oss.AppendObjectRequest(bucket=SOURCE, key='sealed', position=5, body=b'x')))
    copy('copy of sealed', 'sealed')
    equal((get(DESTINATION, 'copy of sealed')[1], head(DESTINATION, 'copy of sealed').object_type), (b'hello', 'Normal'))


@behaviour('persistent headers')
def _():
    value = 'myheader1:' + base64.b64encode(b'myvalue1').decode() + ',myheader2:' + base64.b64encode('值'.encode()).decode()
    put(SOURCE, 'persistent', b'p', headers={'x-oss-persistent-headers': value})
    equal(head(SOURCE, 'persistent').headers.get('myheader1'), 'myvalue1')
    copy('persistent', 'persistent')
    equal(get(DESTINATION, 'persistent')[0].headers.get('myheader1'), 'myvalue1', 'they travel with COPY')
    copy('persistent', 'persistent', metadata_directive='REPLACE', headers={'x-oss-persistent-headers': 'other:' + base64.b64encode(b'o').decode()})
    headers = head(DESTINATION, 'persistent').headers
    equal((headers.get('other'), headers.get('myheader1')), ('o', None))


@behaviour('traffic limit')
def _():
    body = data(100 * KIB, 'slow')
    for run in (lambda: put(SOURCE, 'slow', body, traffic_limit=819200), lambda: get(SOURCE, 'slow', traffic_limit=819200)):
        started = time.monotonic()
        run()
        elapsed = time.monotonic() - started
        assert 0.4 < elapsed < 5, f'100 KiB at 100 KiB/s took {elapsed} s'
    copy('slow', 'slow', traffic_limit=819200)
    refused('InvalidArgument', 400, lambda: put(SOURCE, 'x', b'x', traffic_limit=1))
    refused('InvalidArgument', 400, lambda: copy('x', 'slow', traffic_limit=1))
