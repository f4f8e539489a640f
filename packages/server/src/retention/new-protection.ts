import { ServiceError } from '@ossature/protocol';
import type { Bucket, ObjectProperties, Retention } from '@ossature/store';
import { type DefaultRetention, objectWormOf } from '../bucket-configurations/object-worm.ts';

/** What a write says of the retention of its object. */
export interface ProtectionFields {
  readonly objectWormMode?: Retention['mode'] | undefined;
  readonly objectWormRetainUntilDate?: Date | undefined;
  readonly objectWormLegalHold?: 'ON' | 'OFF' | undefined;
}

export type Protection = Pick<ObjectProperties, 'retention' | 'legalHold'>;

/**
 * What protects a new object: what the request says, else the default of its bucket, counted from now. A copy takes nothing of it from its source.
 * Throws InvalidArgument where mode and date do not come together or the date has passed, ObjectWormConfigurationNotFound where the bucket does not protect single objects.
 */
export function newProtection(fields: ProtectionFields, bucket: Bucket, nowMs: number): Protection {
  const given = givenProtection(fields, bucket, nowMs);
  return given.retention === undefined ? { ...given, retention: defaultRetention(bucket, nowMs) } : given;
}

/** Only what the request says: of an upload, whose object is protected by default from its completion on. */
export function givenProtection(fields: ProtectionFields, bucket: Bucket, nowMs: number): Protection {
  const { objectWormMode: mode, objectWormRetainUntilDate: until, objectWormLegalHold: hold } = fields;
  if (mode === undefined && until === undefined && hold === undefined) return {};
  if (objectWormOf(bucket) === undefined) throw new ServiceError('ObjectWormConfigurationNotFound');
  const legalHold = hold === undefined ? undefined : hold === 'ON';
  if (mode === undefined && until === undefined) return { legalHold };
  if (mode === undefined) throw incomplete('x-oss-object-worm-mode');
  if (until === undefined) throw incomplete('x-oss-object-worm-retain-until-date');
  return { retention: newRetention(mode, until, nowMs, 'x-oss-object-worm-retain-until-date'), legalHold };
}

/** Throws InvalidArgument for a date that has passed; `argument` names the date. */
export function newRetention(mode: Retention['mode'], until: Date, nowMs: number, argument: string): Retention {
  const untilMs = until.getTime();
  if (untilMs > nowMs) return { mode, untilMs };
  throw new ServiceError('InvalidArgument', {
    message: 'The retain until date must be in the future.',
    elements: { ArgumentName: argument, ArgumentValue: until.toISOString() },
  });
}

/** The retention that an object gets by itself which is made now; undefined where the bucket has no default. */
export function defaultRetention(bucket: Bucket, nowMs: number): Retention | undefined {
  const found = objectWormOf(bucket)?.defaultRetention;
  return found === undefined ? undefined : { mode: found.mode, untilMs: endOf(found, nowMs) };
}

/** A year is one of the calendar; of the 29th of February, it ends on the 1st of March. */
function endOf({ days, years }: DefaultRetention, nowMs: number): number {
  const end = new Date(nowMs);
  end.setUTCMilliseconds(0);
  if (years !== undefined) end.setUTCFullYear(end.getUTCFullYear() + years);
  if (days !== undefined) end.setUTCDate(end.getUTCDate() + days);
  return end.getTime();
}

function incomplete(name: string): ServiceError {
  return new ServiceError('InvalidArgument', {
    message: 'The retention mode and the retain until date must come together.',
    elements: { ArgumentName: name, ArgumentValue: '' },
  });
}
