import { formatIsoDate } from '@ossature/protocol';
import type { Bucket, StoredObject, Tags } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { bucketTags } from '../bucket-configurations/tags.ts';
import { bucketTagKey, type ConditionValues, existingTagKey, requestTagKey } from './condition.ts';
import type { RequestEnvironment } from './request-environment.ts';

interface ValueSources {
  readonly principal: Principal;
  readonly bucket: Bucket | undefined;
  readonly object: StoredObject | undefined;
  readonly environment: RequestEnvironment;
}

/** What a request has under each condition key. This server has no VPCs and asks for no second factor. */
export function conditionValues({ principal, bucket, object, environment }: ValueSources): ConditionValues {
  return (key) => {
    switch (key) {
      case 'acs:SourceIp':
        return environment.sourceIp === '' ? undefined : environment.sourceIp;
      case 'acs:UserAgent':
        return environment.userAgent;
      case 'acs:CurrentTime':
        return formatIsoDate(environment.nowMs);
      case 'acs:SecureTransport':
        return String(environment.isSecure);
      case 'acs:MFAPresent':
        return principal.kind === 'anonymous' ? undefined : 'false';
      case 'acs:AccessId':
        return principal.kind === 'anonymous' ? undefined : principal.accessKeyId;
      case 'oss:Prefix':
        return environment.prefix;
      case 'oss:Delimiter':
        return environment.delimiter;
      case 'oss:x-oss-object-acl':
        return environment.acl;
      default:
        return tagUnder(key, { bucket, object, environment });
    }
  };
}

function tagUnder(key: string, { bucket, object, environment }: Omit<ValueSources, 'principal'>): string | undefined {
  const named = (prefix: string) => (key.startsWith(prefix) ? key.slice(prefix.length) : undefined);
  const ofBucket = named(bucketTagKey);
  if (ofBucket !== undefined) return bucket === undefined ? undefined : tagValue(configurationOf(bucket, bucketTags) ?? [], ofBucket);
  const existing = named(existingTagKey);
  if (existing !== undefined) return tagValue(object?.tags ?? [], existing);
  const requested = named(requestTagKey);
  const { requestTags } = environment;
  return requested === undefined || requestTags === 'unread' ? undefined : tagValue(requestTags ?? [], requested);
}

function tagValue(tags: Tags, wanted: string): string | undefined {
  return tags.find(([key]) => key === wanted)?.[1];
}
