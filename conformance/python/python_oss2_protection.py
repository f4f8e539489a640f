"""What happens to content and who may change it: encryption, storage classes and restoration, retention, links, headers with rules of their own."""
import base64
import os
import time

import oss2
from behaviours import behaviour, equal, wait_until
from oss2.headers import OSS_SERVER_SIDE_ENCRYPTION, OSS_SERVER_SIDE_ENCRYPTION_KEY_ID
from oss2.models import PartInfo, RestoreConfiguration, RestoreJobParameters, ServerSideEncryptionRule
from python_oss2_setting import DESTINATION, ENDPOINT, KIB, RUN, SOURCE, auth, data, destination, is_read, refused, source

KMS_KEY = os.environ['OSS_KMS_KEY_ID']


def encryption_of(bucket, key):
    headers = bucket.head_object(key).headers
    return headers.get(OSS_SERVER_SIDE_ENCRYPTION), headers.get(OSS_SERVER_SIDE_ENCRYPTION_KEY_ID)


def aes():
    return {OSS_SERVER_SIDE_ENCRYPTION: 'AES256'}


def kms():
    return {OSS_SERVER_SIDE_ENCRYPTION: 'KMS', OSS_SERVER_SIDE_ENCRYPTION_KEY_ID: KMS_KEY}


@behaviour('encryption at rest')
def _():
    body = data(300 * KIB, 'secret')
    equal(source.put_object('secret', body, headers=aes()).headers.get(OSS_SERVER_SIDE_ENCRYPTION), 'AES256')
    equal(encryption_of(source, 'secret'), ('AES256', None))
    is_read(source, 'secret', body)
    equal(source.get_object('secret', byte_range=(100000, 200000)).read(), body[100000:200001])
    source.put_object('kms', body, headers={OSS_SERVER_SIDE_ENCRYPTION: 'KMS'})
    equal(encryption_of(source, 'kms')[0], 'KMS', 'under the default master key')
    source.put_object('named', body, headers=kms())
    equal(encryption_of(source, 'named'), ('KMS', KMS_KEY))
    is_read(source, 'named', body)
    unknown = {**kms(), OSS_SERVER_SIDE_ENCRYPTION_KEY_ID: '9468da86-3509-4f8d-a61e-6eab1eac0000'}
    refused('KeyNotFound', 404, lambda: source.put_object('x', 'x', headers=unknown))
    refused('InvalidEncryptionAlgorithmError', 400, lambda: source.put_object('x', 'x', headers={OSS_SERVER_SIDE_ENCRYPTION: 'ROT13'}))
    upload_id = source.init_multipart_upload('parts', headers=aes()).upload_id
    parts = [PartInfo(number, source.upload_part('parts', upload_id, number, data(110 * KIB, number)).etag) for number in (1, 2)]
    source.complete_multipart_upload('parts', upload_id, parts)
    equal(encryption_of(source, 'parts')[0], 'AES256')
    is_read(source, 'parts', data(110 * KIB, 1) + data(110 * KIB, 2))
    source.append_object('secret log', 0, 'hello ', headers=aes())
    source.append_object('secret log', 6, 'world')
    is_read(source, 'secret log', b'hello world')


@behaviour('encryption: default of the bucket')
def _():
    source.put_bucket_encryption(ServerSideEncryptionRule('KMS', KMS_KEY))
    stored = source.get_bucket_encryption()
    equal((stored.sse_algorithm, stored.kms_master_keyid), ('KMS', KMS_KEY))
    rule = source.get_bucket_info().bucket_encryption_rule
    equal((rule.sse_algorithm, rule.kms_master_keyid), ('KMS', KMS_KEY))
    source.put_object('by default', 'd')
    equal(encryption_of(source, 'by default'), ('KMS', KMS_KEY))
    source.put_object('by header', 'd', headers=aes())
    equal(encryption_of(source, 'by header'), ('AES256', None))
    source.delete_bucket_encryption()
    refused('NoSuchServerSideEncryptionRule', 404, source.get_bucket_encryption)
    source.put_object('by default', 'd')
    equal(encryption_of(source, 'by default'), (None, None))


@behaviour('copy: encryption there and back')
def _():
    plain = source.head_object('plain.bin')
    for key, source_name, source_key, headers in (('there', SOURCE, 'plain.bin', aes()), ('other', DESTINATION, 'there', kms()), ('back', DESTINATION, 'other', {})):
        result = destination.copy_object(source_name, source_key, key, headers=dict(headers))
        facts = destination.head_object(key)
        equal((encryption_of(destination, key)[0], result.etag, facts.server_crc), (headers.get(OSS_SERVER_SIDE_ENCRYPTION), plain.etag, plain.server_crc), key)
        is_read(destination, key, data(300 * KIB))
    upload_id = destination.init_multipart_upload('mixed', headers=kms()).upload_id
    sources = ((SOURCE, 'plain.bin'), (DESTINATION, 'there'), (DESTINATION, 'other'))
    parts = [PartInfo(number, destination.upload_part_copy(bucket, key, (None, None), 'mixed', upload_id, number).etag)
             for number, (bucket, key) in enumerate(sources, 1)]
    destination.complete_multipart_upload('mixed', upload_id, parts)
    equal(encryption_of(destination, 'mixed'), ('KMS', KMS_KEY))
    is_read(destination, 'mixed', data(300 * KIB) * 3)


@behaviour('archive and restore')
def _():
    source.put_object('cold', 'cold', headers={'x-oss-storage-class': oss2.BUCKET_STORAGE_CLASS_ARCHIVE})
    refused('InvalidObjectState', 403, lambda: source.get_object('cold'))
    refused('InvalidObjectState', 403, lambda: destination.copy_object(SOURCE, 'cold', 'cold'))

    def restored():
        return source.head_object('cold').headers['x-oss-restore']
    equal(source.restore_object('cold').status, 202)
    refused('RestoreAlreadyInProgress', 409, lambda: source.restore_object('cold'))
    equal(restored(), 'ongoing-request="true"')
    wait_until(lambda: restored().startswith('ongoing-request="false", expiry-date="'), 'the restoration')
    is_read(source, 'cold', b'cold')
    destination.copy_object(SOURCE, 'cold', 'cold', headers={'x-oss-storage-class': 'Standard'})
    is_read(destination, 'cold', b'cold')
    destination.copy_object(SOURCE, 'cold', 'still cold', headers={'x-oss-storage-class': 'ColdArchive'})
    refused('InvalidObjectState', 403, lambda: destination.get_object('still cold'))
    equal(source.restore_object('cold', input=RestoreConfiguration(3)).status, 200, 'prolonged')
    listed = [entry for entry in source.list_objects(prefix='cold').object_list if entry.key == 'cold']
    assert 'ongoing-request="false"' in listed[0].restore_info, listed[0].restore_info
    source.put_object('deep', 'deep', headers={'x-oss-storage-class': 'DeepColdArchive'})
    equal(source.restore_object('deep', input=RestoreConfiguration(1, RestoreJobParameters(oss2.models.RESTORE_TIER_STANDARD))).status, 202)
    refused('OperationNotSupported', 400, lambda: source.restore_object('plain.bin'))


@behaviour('retention')
def _():
    worm = oss2.Bucket(auth, ENDPOINT, f'{RUN}-oss2-worm')
    worm.create_bucket()
    worm.put_object('before', 'before')

    def state():
        stored = worm.get_bucket_worm()
        return stored.worm_id, stored.state, int(stored.retention_period_days)
    worm_id = worm.init_bucket_worm(1).worm_id
    equal(state(), (worm_id, 'InProgress', 1))
    refused('WORMConfigurationAlreadyExists', 409, lambda: worm.init_bucket_worm(1))
    for change in (lambda: worm.put_object('before', 'after'), lambda: worm.copy_object(SOURCE, 'plain.bin', 'before'), lambda: worm.delete_object('before')):
        refused('FileImmutable', 409, change)
    worm.put_object('new', 'new')
    destination.copy_object(worm.bucket_name, 'before', 'from-worm')
    worm.abort_bucket_worm()
    refused('NoSuchWORMConfiguration', 404, state)
    worm.put_object('before', 'after')
    worm_id = worm.init_bucket_worm(1).worm_id
    worm.complete_bucket_worm(worm_id)
    worm.extend_bucket_worm(worm_id, 2)
    equal(state(), (worm_id, 'Locked', 2))
    refused('WORMConfigurationLocked', 403, worm.abort_bucket_worm)
    refused('FileImmutable', 409, lambda: worm.put_object('before', 'again'))


@behaviour('symlinks')
def _():
    source.put_symlink('plain.bin', 'link', headers={'x-oss-meta-of': 'link'})
    equal(source.get_symlink('link').target_key, 'plain.bin')
    facts = source.head_object('link')
    equal((facts.object_type, facts.content_length, facts.etag), ('Symlink', 300 * KIB, source.head_object('plain.bin').etag))
    is_read(source, 'link', data(300 * KIB))
    source.copy_object(SOURCE, 'link', 'copied link')
    equal(source.head_object('copied link').object_type, 'Symlink', 'a link is copied, not what it points to')
    is_read(source, 'copied link', data(300 * KIB))
    refused('InvalidArgument', 400, lambda: source.copy_object(SOURCE, 'link', 'x', headers=aes()))
    source.put_symlink('nothing', 'dangling')
    refused('SymlinkTargetNotExist', 404, lambda: source.get_object('dangling'))
    source.put_symlink('link', 'chain')
    refused('InvalidTargetType', 400, lambda: source.get_object('chain'))
    refused('NotSymlink', 400, lambda: source.get_symlink('plain.bin'))
    refused('FileAlreadyExists', 409, lambda: source.put_symlink('x', 'link', headers={'x-oss-forbid-overwrite': 'true'}))
    source.put_object('目标 +%', 'named')
    source.put_symlink('目标 +%', 'named link')
    equal(source.get_symlink('named link').target_key, '目标 +%')
    is_read(source, 'named link', b'named')


@behaviour('persistent headers')
def _():
    value = 'myheader1:' + base64.b64encode(b'myvalue1').decode() + ',myheader2:' + base64.b64encode(b'myvalue2').decode()
    source.put_object('persistent', 'p', headers={'x-oss-persistent-headers': value})
    equal(source.head_object('persistent').headers.get('myheader1'), 'myvalue1')
    destination.copy_object(SOURCE, 'persistent', 'persistent')
    equal(destination.get_object('persistent').headers.get('myheader2'), 'myvalue2', 'they travel with COPY')
    other = {'x-oss-metadata-directive': 'REPLACE', 'x-oss-persistent-headers': 'other:' + base64.b64encode(b'o').decode()}
    destination.copy_object(SOURCE, 'persistent', 'persistent', headers=other)
    headers = destination.head_object('persistent').headers
    equal((headers.get('other'), headers.get('myheader1')), ('o', None))


@behaviour('traffic limit')
def _():
    body = data(100 * KIB, 'slow')
    limit = {oss2.models.OSS_TRAFFIC_LIMIT: '819200'}
    for run in (lambda: source.put_object('slow', body, headers=dict(limit)), lambda: source.get_object('slow', headers=dict(limit)).read()):
        started = time.monotonic()
        run()
        elapsed = time.monotonic() - started
        assert 0.4 < elapsed < 5, f'100 KiB at 100 KiB/s took {elapsed} s'
    url = source.sign_url('GET', 'slow', 60, params={oss2.models.OSS_TRAFFIC_LIMIT: '819200'})
    equal(source.get_object_with_url(url).read(), body)
    destination.copy_object(SOURCE, 'slow', 'slow', headers=dict(limit))
    refused('InvalidArgument', 400, lambda: source.put_object('x', 'x', headers={oss2.models.OSS_TRAFFIC_LIMIT: '1'}))
