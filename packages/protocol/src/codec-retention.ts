/** Codecs of retention: the policy of a bucket, and what protects single objects. */
import { choice, integer } from './codec.ts';
import { formatIsoDate, parseIsoDate, truncateToSecond } from './dates.ts';
import { type Codec, Malformed } from './operation.ts';

/** Days of a bucket's retention policy: up to 70 years (OSS: InitiateBucketWorm). */
export const wormDays = integer(1, 25_550, { message: 'Invalid WORM Configuration.', code: 'InvalidWORMConfiguration' });

/** Modes of retention: nobody may shorten the first; the second yields to those who may bypass it. */
export const RETENTION_MODES = ['COMPLIANCE', 'GOVERNANCE'] as const;
export const retentionMode = choice(RETENTION_MODES, { message: 'The retention mode must be COMPLIANCE or GOVERNANCE.' });
export const legalHoldStatus = choice(['ON', 'OFF'], { message: 'The status of a legal hold must be ON or OFF.' });

/** Days and years of a default retention (OSS: PutBucketObjectWormConfiguration). */
export const defaultRetentionDays = integer(1, 36_500);
export const defaultRetentionYears = integer(1, 100);

/** Until when a retention lasts, in whole seconds: what was written is what is read (OSS: PutObjectRetention). */
export const retainUntilDate: Codec<Date> = {
  form: 'ISO 8601 date in UTC, whole seconds',
  encode: (value) => formatIsoDate(value.getTime()),
  decode: (value) => {
    const timeMs = parseIsoDate(value);
    if (timeMs === undefined) throw new Malformed('The retain until date must be an ISO 8601 date in UTC.');
    return new Date(truncateToSecond(timeMs));
  },
};
