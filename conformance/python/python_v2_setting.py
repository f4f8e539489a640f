"""What the programs of alibabacloud-oss-v2 share: the client, unmodified, against the endpoint of the harness."""
import hashlib
import os

import alibabacloud_oss_v2 as oss
from behaviours import equal

ENDPOINT = os.environ['OSS_ENDPOINT']
VIRTUAL = os.environ['OSS_VIRTUAL_ENDPOINT']
REGION = os.environ['OSS_REGION']
RUN = os.environ['OSS_RUN']
SOURCE, DESTINATION, VERSIONED = f'{RUN}-pv2-source', f'{RUN}-pv2-destination', f'{RUN}-pv2-versioned'
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


def session_client(prefix, **settings):
    """A client with temporary credentials, or with the keys of a user, that the harness made."""
    provider = oss.credentials.StaticCredentialsProvider(
        os.environ[f'{prefix}_KEY_ID'], os.environ[f'{prefix}_KEY_SECRET'], os.environ.get(f'{prefix}_TOKEN'))
    return make_client(credentials_provider=provider, **settings)


def put(bucket, key, body, **members):
    return client.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=body, **members))


def get(bucket, key, **members):
    result = client.get_object(oss.GetObjectRequest(bucket=bucket, key=key, **members))
    with result.body as stream:
        return result, stream.read()


def head(bucket, key, **members):
    return client.head_object(oss.HeadObjectRequest(bucket=bucket, key=key, **members))


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


def tags_of(bucket, key, **members):
    result = client.get_object_tagging(oss.GetObjectTaggingRequest(bucket=bucket, key=key, **members))
    return {tag.key: tag.value for tag in result.tag_set.tags or []}


def not_modified(call):
    try:
        call()
    except oss.exceptions.OperationError as error:
        equal(error.unwrap().status_code, 304)
        return
    raise AssertionError('expected 304')


def complete(key, upload_id, parts, bucket=DESTINATION):
    return client.complete_multipart_upload(oss.CompleteMultipartUploadRequest(
        bucket=bucket, key=key, upload_id=upload_id, complete_multipart_upload=oss.CompleteMultipartUpload(parts=parts)))
