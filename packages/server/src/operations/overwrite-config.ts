import { type operations, ServiceError } from '@ossature/protocol';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { type OverwriteRule, overwriteConfig } from '../bucket-configurations/overwrite-config.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

export const putBucketOverwriteConfig: Handler<typeof operations.putBucketOverwriteConfig> = async (request, context) => {
  const rules = request.rules.map(({ id, action, prefix, suffix, principals }): OverwriteRule => {
    const minted = id === undefined || id === '' ? uuidOf(context.config.random.bytes(16)) : id;
    return { id: minted, action, prefix, suffix, principals };
  });
  await changeConfiguration(context, request.bucket, overwriteConfig, () => rules);
  return { statusCode: 200 };
};

export const getBucketOverwriteConfig: Handler<typeof operations.getBucketOverwriteConfig> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  const rules = configurationOf(bucket, overwriteConfig);
  if (rules === undefined) throw new ServiceError('NoSuchBucketOverwriteConfig', { elements: { BucketName: bucket.name } });
  return { statusCode: 200, rules };
};

export const deleteBucketOverwriteConfig: Handler<typeof operations.deleteBucketOverwriteConfig> = async (request, context) => {
  await changeConfiguration(context, request.bucket, overwriteConfig, () => undefined);
  return { statusCode: 204 };
};

/** A random UUID (RFC 9562, version 4) of 16 bytes. */
function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join('-');
}
