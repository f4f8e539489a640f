"""Buckets: their making, what is told of them, their ACL."""
import alibabacloud_oss_v2 as oss
from behaviours import behaviour, equal
from python_v2_setting import DESTINATION, REGION, RUN, SOURCE, VERSIONED, client, refused


@behaviour('buckets: create, list, info, location, stat')
def _():
    for name in (SOURCE, DESTINATION, VERSIONED):
        equal(client.put_bucket(oss.PutBucketRequest(bucket=name)).status_code, 200)
    names = [bucket.name for page in client.list_buckets_paginator().iter_page(oss.ListBucketsRequest(prefix=f'{RUN}-pv2')) for bucket in page.buckets]
    equal(names, sorted([SOURCE, DESTINATION, VERSIONED]))
    info = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=SOURCE)).bucket_info
    equal((info.name, info.location, info.storage_class, info.acl), (SOURCE, f'oss-{REGION}', 'Standard', 'private'))
    equal(client.get_bucket_location(oss.GetBucketLocationRequest(bucket=SOURCE)).location, f'oss-{REGION}')
    equal(client.get_bucket_stat(oss.GetBucketStatRequest(bucket=SOURCE)).object_count, 0)
    equal(client.get_bucket_versioning(oss.GetBucketVersioningRequest(bucket=SOURCE)).version_status, None)
    assert client.is_bucket_exist(SOURCE) and not client.is_bucket_exist(f'{RUN}-nowhere')


@behaviour('regions')
def _():
    only = client.describe_regions(oss.DescribeRegionsRequest(regions=f'oss-{REGION}')).region_info
    equal([(each.region, each.internet_endpoint) for each in only], [(f'oss-{REGION}', f'oss-{REGION}.aliyuncs.com')])
    assert f'oss-{REGION}' in [each.region for each in client.describe_regions(oss.DescribeRegionsRequest()).region_info]


def blocks(bucket):
    answer = client.get_bucket_public_access_block(oss.GetBucketPublicAccessBlockRequest(bucket=bucket))
    return answer.public_access_block_configuration.block_public_access


@behaviour('block public access')
def _():
    equal(client.get_bucket_info(oss.GetBucketInfoRequest(bucket=SOURCE)).bucket_info.block_public_access, True, 'a new bucket')
    equal(blocks(SOURCE), True)
    refused('AccessDenied', 403, lambda: client.put_bucket_acl(oss.PutBucketAclRequest(bucket=SOURCE, acl='public-read')))
    for bucket in (SOURCE, DESTINATION, VERSIONED):
        client.put_bucket_public_access_block(oss.PutBucketPublicAccessBlockRequest(
            bucket=bucket, public_access_block_configuration=oss.PublicAccessBlockConfiguration(block_public_access=False)))
        equal(blocks(bucket), False)
    account = client.get_public_access_block(oss.GetPublicAccessBlockRequest())
    equal(account.public_access_block_configuration.block_public_access, False, 'of the account')


@behaviour('bucket ACL')
def _():
    equal(client.get_bucket_acl(oss.GetBucketAclRequest(bucket=SOURCE)).acl, 'private')
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=SOURCE, acl='public-read'))
    equal(client.get_bucket_acl(oss.GetBucketAclRequest(bucket=SOURCE)).acl, 'public-read')
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=SOURCE, acl='private'))
