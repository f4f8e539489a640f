import type { Tags } from '@ossature/store';
import { jsonConfiguration } from './configuration.ts';

/** The tags of a bucket; absent for none. */
export const bucketTags = jsonConfiguration<Tags>('tags');
