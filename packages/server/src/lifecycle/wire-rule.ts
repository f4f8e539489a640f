import type { StorageClass } from '@ossature/store';
import type { WireLifecycleRule } from './judge-rule.ts';
import type { LifecycleRule, Timing } from './rule.ts';

/** A rule that was judged, as it is kept; `mintId` names one that came without a name. */
export function ruleOf(wire: WireLifecycleRule, mintId: () => string): LifecycleRule {
  const { filter, expiration } = wire;
  return {
    id: wire.id === undefined || wire.id === '' ? mintId() : wire.id,
    prefix: wire.prefix ?? '',
    enabled: wire.status === 'Enabled',
    tags: wire.tags.map(({ key, value }) => [key, value] as const),
    filter:
      filter === undefined
        ? undefined
        : {
            greaterThanBytes: filter.objectSizeGreaterThan,
            lessThanBytes: filter.objectSizeLessThan,
            nots: filter.nots.map(({ prefix, tag }) => ({ prefix, tag: tag === undefined ? undefined : ([tag.key, tag.value] as const) })),
          },
    expiration: expiration === undefined || expiration.expiredObjectDeleteMarker === true ? undefined : timingOf(expiration),
    expiresLoneMarkers: expiration?.expiredObjectDeleteMarker === true ? true : undefined,
    transitions: wire.transitions.map((transition) => ({ ...timingOf(transition), storageClass: transition.storageClass as StorageClass })),
    abortUploads: wire.abortMultipartUpload === undefined ? undefined : timingOf(wire.abortMultipartUpload),
    noncurrentExpirationDays: wire.noncurrentVersionExpiration?.noncurrentDays,
    noncurrentTransitions: wire.noncurrentVersionTransitions.map(({ noncurrentDays, storageClass }) => ({
      days: noncurrentDays,
      storageClass: storageClass as StorageClass,
    })),
  };
}

/** The rule as it is told. */
export function wireRuleOf(rule: LifecycleRule): WireLifecycleRule {
  const { filter } = rule;
  const lone = rule.expiresLoneMarkers === true ? { expiredObjectDeleteMarker: true } : undefined;
  return {
    id: rule.id,
    prefix: rule.prefix,
    status: rule.enabled ? 'Enabled' : 'Disabled',
    filter:
      filter === undefined
        ? undefined
        : {
            objectSizeGreaterThan: filter.greaterThanBytes,
            objectSizeLessThan: filter.lessThanBytes,
            nots: filter.nots.map(({ prefix, tag }) => ({ prefix, tag: tag === undefined ? undefined : { key: tag[0], value: tag[1] } })),
          },
    tags: rule.tags.map(([key, value]) => ({ key, value })),
    expiration: rule.expiration === undefined ? lone : wireTimingOf(rule.expiration),
    transitions: rule.transitions.map((transition) => ({ ...wireTimingOf(transition), storageClass: transition.storageClass })),
    abortMultipartUpload: rule.abortUploads === undefined ? undefined : wireTimingOf(rule.abortUploads),
    noncurrentVersionExpiration:
      rule.noncurrentExpirationDays === undefined ? undefined : { noncurrentDays: rule.noncurrentExpirationDays },
    noncurrentVersionTransitions: rule.noncurrentTransitions.map(({ days, storageClass }) => ({ noncurrentDays: days, storageClass })),
  };
}

function timingOf({
  days,
  createdBeforeDate,
}: {
  readonly days?: number | undefined;
  readonly createdBeforeDate?: Date | undefined;
}): Timing {
  return createdBeforeDate === undefined ? { days: days ?? 0 } : { beforeMs: createdBeforeDate.getTime() };
}

function wireTimingOf({ days, beforeMs }: Timing) {
  return { days, createdBeforeDate: beforeMs === undefined ? undefined : new Date(beforeMs) };
}
