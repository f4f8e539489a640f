/** The members that lists of a bucket share. */
import { integer } from '../codec.ts';
import { listName } from '../codec-names.ts';
import { limits } from '../limits.ts';
import { bucketName, query } from '../operation.ts';
import { encodingType, payer } from './member-sets.ts';

export const pageSize = integer(1, limits.listMaxEntries);

export const prefixes = {
  /** Only names that begin so. */
  prefix: query('prefix', listName),
  /** Names that share what stands before it, after the prefix, are folded into one common prefix: `/`. */
  delimiter: query('delimiter', listName),
};

/** A page of a list of objects, or of their versions. */
export const objectPage = {
  bucket: bucketName,
  ...prefixes,
  /** At most this many objects and common prefixes together: 1 to 1000, 100 without it. */
  maxKeys: query('max-keys', pageSize),
  ...encodingType,
  ...payer,
};
