"""What the programs of oss2 (Python v1 SDK) share: two buckets, unmodified, with V1 signatures."""
import hashlib
import os

import oss2
from behaviours import equal

ENDPOINT, VIRTUAL = os.environ['OSS_ENDPOINT'], os.environ['OSS_VIRTUAL_ENDPOINT']
REGION, RUN = os.environ['OSS_REGION'], os.environ['OSS_RUN']
KEY_ID, SECRET = os.environ['OSS_ACCESS_KEY_ID'], os.environ['OSS_ACCESS_KEY_SECRET']
SOURCE, DESTINATION, VERSIONED = f'{RUN}-oss2-source', f'{RUN}-oss2-destination', f'{RUN}-oss2-versioned'
KIB = 1024

auth = oss2.Auth(KEY_ID, SECRET)
source = oss2.Bucket(auth, ENDPOINT, SOURCE)
destination = oss2.Bucket(auth, ENDPOINT, DESTINATION)
versioned = oss2.Bucket(auth, ENDPOINT, VERSIONED)


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


def tags_of(bucket, key, params=None):
    return dict(bucket.get_object_tagging(key, params=params).tag_set.tagging_rule)


def is_read(bucket, key, body):
    equal(bucket.get_object(key).read(), body, key)


def as_user(prefix, bucket_name, version=oss2.AUTH_VERSION_1):
    """The bucket with temporary credentials, or with the keys of a user, that the harness made."""
    keys = [os.environ[f'{prefix}_KEY_ID'], os.environ[f'{prefix}_KEY_SECRET']]
    token = os.environ.get(f'{prefix}_TOKEN')
    return oss2.Bucket(oss2.StsAuth(*keys, token, version) if token else oss2.Auth(*keys), ENDPOINT, bucket_name, region=REGION)
