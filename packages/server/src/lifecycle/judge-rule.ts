/** What a lifecycle rule may be, by itself (OSS: PutBucketLifecycle, EC 0014-…). How rules go together stands in `judge-rules.ts`. */
import { limits, type operations, type RequestOf, ServiceError, type Tag, utf8LengthBytes } from '@ossature/protocol';

/** A rule as it travels. */
export type WireLifecycleRule = RequestOf<typeof operations.putBucketLifecycle>['rules'][number];
type WireTransition = WireLifecycleRule['transitions'][number];
type AccessTime = Pick<WireTransition, 'isAccessTime' | 'returnToStdWhenVisit' | 'allowSmallFile'>;
type Timing = Pick<WireTransition, 'days' | 'createdBeforeDate'>;

/** The classes that a rule may move objects to. */
const transitionClasses = ['IA', 'Archive', 'ColdArchive', 'DeepColdArchive'] as const;

const dayMs = 86_400_000;
const daysMax = 36_500;

/** Throws the documented error of the first rule that is none; `NotImplemented`, by name, for rules by the time of the last access. */
export function judgeLifecycleRules(rules: readonly WireLifecycleRule[]): void {
  if (rules.length === 0) throw malformed('Rule is missing in LifecycleConfiguration.');
  if (rules.length > limits.lifecycleRulesMax) {
    throw refused(`There are at most ${limits.lifecycleRulesMax} lifecycle rules.`, 'Rule', String(rules.length));
  }
  const ids = new Set<string>();
  for (const rule of rules) {
    judgeRule(rule);
    if (rule.id === undefined || rule.id === '') continue;
    if (ids.has(rule.id)) throw refused('Rule IDs must be unique.', 'ID', rule.id);
    ids.add(rule.id);
  }
}

function judgeRule(rule: WireLifecycleRule): void {
  if (utf8LengthBytes(rule.id ?? '') > limits.lifecycleRuleIdMaxBytes) throw invalid('ID', rule.id ?? '', 'at most 255 bytes long');
  if (rule.status !== 'Enabled' && rule.status !== 'Disabled') throw invalid('Status', rule.status, 'Enabled or Disabled');
  if (utf8LengthBytes(rule.prefix ?? '') > limits.objectKeyMaxBytes) throw invalid('Prefix', '', 'at most 1023 bytes long');
  judgeTags(rule.tags);
  judgeFilter(rule.filter);
  judgeExpiration(rule);
  for (const transition of rule.transitions) {
    judgeAccessTime(transition);
    judgeTiming(transition, 'Transition', '0014-00000050');
    judgeClass(transition.storageClass);
  }
  if (rule.abortMultipartUpload !== undefined) judgeTiming(rule.abortMultipartUpload, 'AbortMultipartUpload', '0014-00000073');
  if (rule.noncurrentVersionExpiration !== undefined) judgeDays('NoncurrentDays', rule.noncurrentVersionExpiration.noncurrentDays);
  for (const transition of rule.noncurrentVersionTransitions) {
    judgeAccessTime(transition);
    judgeDays('NoncurrentDays', transition.noncurrentDays);
    judgeClass(transition.storageClass);
  }
  const acts =
    rule.expiration !== undefined ||
    rule.transitions.length > 0 ||
    rule.abortMultipartUpload !== undefined ||
    rule.noncurrentVersionExpiration !== undefined ||
    rule.noncurrentVersionTransitions.length > 0;
  if (!acts) throw malformed('A lifecycle rule must have an action.');
  judgeCompany(rule);
}

/** Delete markers and uploads have no tags, and no filter looks at them. */
function judgeCompany(rule: WireLifecycleRule): void {
  const isBlind = rule.abortMultipartUpload !== undefined || rule.expiration?.expiredObjectDeleteMarker === true;
  if (!isBlind) return;
  if (rule.tags.length > 0) throw exclusive('AbortMultipartUpload and ExpiredObjectDeleteMarker cannot be used with Tag.', '0014-00000027');
  if ((rule.filter?.nots.length ?? 0) > 0) {
    throw exclusive('AbortMultipartUpload and ExpiredObjectDeleteMarker cannot be used with Filter/Not.', '0014-00000034');
  }
}

function judgeExpiration({ expiration }: WireLifecycleRule): void {
  if (expiration === undefined) return;
  if (expiration.expiredObjectDeleteMarker !== true) {
    judgeTiming(expiration, 'Expiration', expiration.days === undefined ? '0014-00000060' : '0014-00000061');
  } else if (expiration.days !== undefined || expiration.createdBeforeDate !== undefined) {
    throw exclusive('ExpiredObjectDeleteMarker cannot be used with Days or CreatedBeforeDate.', '0014-00000059');
  }
}

function judgeTiming({ days, createdBeforeDate }: Timing, element: string, ec: string): void {
  if ((days === undefined) === (createdBeforeDate === undefined)) {
    throw exclusive(`${element} must have one of Days and CreatedBeforeDate.`, ec);
  }
  if (days !== undefined) judgeDays('Days', days);
  if (createdBeforeDate !== undefined && createdBeforeDate.getTime() % dayMs !== 0) {
    throw refused('CreatedBeforeDate must be at midnight UTC.', 'CreatedBeforeDate', createdBeforeDate.toISOString(), '0014-00000087');
  }
}

function judgeDays(element: string, days: number): void {
  if (days < 1 || days > daysMax) throw invalid(element, String(days), `an integer from 1 to ${daysMax}`);
}

function judgeClass(storageClass: string): void {
  if (!(transitionClasses as readonly string[]).includes(storageClass)) {
    throw invalid('StorageClass', storageClass, `one of ${transitionClasses.join(', ')}`);
  }
}

/** The time of the last access is not tracked here, so that no rule can go by it. */
function judgeAccessTime({ isAccessTime, returnToStdWhenVisit, allowSmallFile }: AccessTime): void {
  if (isAccessTime === true) throw unbuilt('IsAccessTime');
  if (returnToStdWhenVisit === true) {
    throw exclusive('ReturnToStdWhenVisit belongs to rules by the time of the last access.', '0014-00000052');
  }
  if (allowSmallFile !== undefined) throw unbuilt('AllowSmallFile');
}

function judgeTags(tags: readonly Tag[]): void {
  const keys = new Set<string>();
  for (const tag of tags) {
    judgeTag(tag);
    if (keys.has(tag.key)) throw invalid('Key', tag.key, 'unique in its rule');
    keys.add(tag.key);
  }
}

function judgeTag({ key, value }: Tag): void {
  if (key === '' || [...key].length > limits.tagKeyMaxCharacters || !tagAlphabet.test(key)) {
    throw refused('The tag key of the lifecycle rule is invalid.', 'Key', key, '0014-00000031');
  }
  if ([...value].length > limits.tagValueMaxCharacters || !tagAlphabet.test(value)) {
    throw refused('The tag value of the lifecycle rule is invalid.', 'Value', value);
  }
}

const tagAlphabet = /^[\p{L}\p{M}\p{N} +\-=._:/]*$/u;

function judgeFilter(filter: WireLifecycleRule['filter']): void {
  if (filter === undefined) return;
  const { objectSizeGreaterThan, objectSizeLessThan, nots } = filter;
  if (objectSizeGreaterThan !== undefined && objectSizeLessThan !== undefined && objectSizeGreaterThan >= objectSizeLessThan) {
    throw invalid('ObjectSizeLessThan', String(objectSizeLessThan), 'more than ObjectSizeGreaterThan');
  }
  for (const { prefix, tag } of nots) {
    if (prefix === undefined && tag === undefined) throw malformed('Not must have a Prefix or a Tag.');
    if (tag !== undefined) judgeTag(tag);
  }
}

function invalid(element: string, given: string, form: string): ServiceError {
  return refused(`${element} must be ${form}.`, element, given);
}

function refused(message: string, element: string, given: string, ec?: string): ServiceError {
  return new ServiceError('InvalidArgument', { message, ec, elements: { ArgumentName: element, ArgumentValue: given } });
}

function malformed(detail: string): ServiceError {
  return new ServiceError('MalformedXML', { ec: '0015-00000231', elements: { ErrorDetail: detail } });
}

function exclusive(message: string, ec: string): ServiceError {
  return new ServiceError('InvalidRequest', { message, ec });
}

function unbuilt(element: string): ServiceError {
  return new ServiceError('NotImplemented', {
    message: `An element you provided implies functionality that is not implemented: ${element}.`,
    elements: { ArgumentName: element, ArgumentValue: '' },
  });
}
