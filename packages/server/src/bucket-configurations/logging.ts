import { jsonConfiguration } from './configuration.ts';

/** Where the access log of a bucket goes. */
export interface LogTarget {
  readonly targetBucket: string;
  /** May be empty. */
  readonly targetPrefix: string;
}

export const logging = jsonConfiguration<LogTarget>('logging');
