"""Forms as browsers send them (PostObject), signed as the samples of the SDKs sign them: neither Python SDK has a call for it."""
import base64
import datetime
import hashlib
import hmac
import json

from behaviours import fetch


def post_form(url, fields, file, filename='from-disk.txt'):
    """Answers status, headers and body."""
    boundary = 'conformance9431149156168'
    lines = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    lines.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\nContent-Type: text/plain\r\n\r\n'.encode())
    body = b''.join(lines) + file + f'\r\n--{boundary}--\r\n'.encode()
    return fetch(url, 'POST', {'Content-Type': f'multipart/form-data; boundary={boundary}'}, body)


def policy_of(conditions, minutes=10):
    expiration = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return base64.b64encode(json.dumps({'expiration': expiration.strftime('%Y-%m-%dT%H:%M:%S.000Z'), 'conditions': conditions}).encode()).decode()


def signed_v1(key_id, secret, conditions, minutes=10):
    policy = policy_of(conditions, minutes)
    signature = base64.b64encode(hmac.new(secret.encode(), policy.encode(), hashlib.sha1).digest()).decode()
    return {'OSSAccessKeyId': key_id, 'policy': policy, 'Signature': signature}


def signed_v4(key_id, secret, region, conditions, token=None):
    now = datetime.datetime.now(datetime.timezone.utc)
    fields = {
        'x-oss-signature-version': 'OSS4-HMAC-SHA256',
        'x-oss-credential': f'{key_id}/{now:%Y%m%d}/{region}/oss/aliyun_v4_request',
        'x-oss-date': f'{now:%Y%m%dT%H%M%SZ}',
        **({'x-oss-security-token': token} if token else {}),
    }
    policy = policy_of([{name: value} for name, value in fields.items()] + conditions)
    key = f'aliyun_v4{secret}'.encode()
    for part in (f'{now:%Y%m%d}', region, 'oss', 'aliyun_v4_request'):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return {**fields, 'policy': policy, 'x-oss-signature': hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()}
