import type { Tags } from '@ossature/store';

/** What a judgement looks at beside the caller and the rows. Members are asked for only where a policy or a configuration speaks of them. */
export interface RequestEnvironment {
  readonly nowMs: number;
  /** The client's address, behind trusted proxies too. */
  readonly sourceIp: string;
  readonly isSecure: boolean;
  readonly userAgent: string | undefined;
  readonly referer: string | undefined;
  /** Where the signature stands; undefined for an anonymous request. */
  readonly signedIn: 'header' | 'query' | undefined;
  /** The request says that its sender pays. */
  readonly saysPayer: boolean;
  /** Of a listing, '' where the request does not say; undefined for everything else. */
  readonly prefix: string | undefined;
  readonly delimiter: string | undefined;
  /** The tags that the request sets; `unread`: they stand in a body that has not come yet. */
  readonly requestTags: Tags | 'unread' | undefined;
  /** The ACL that the request gives to its bucket or object. */
  readonly acl: string | undefined;
  /** The account blocks public access to all of its buckets. */
  readonly accountBlocksPublicAccess: boolean;
  /** Where a bucket would be made that is not there; any without it. */
  readonly region?: string;
  /** The request travels as a form, whose refusals OSS words in its own way. */
  readonly isForm?: boolean;
}

/** Of a judgement that no request stands behind. */
export const quietEnvironment: RequestEnvironment = {
  nowMs: 0,
  sourceIp: '',
  isSecure: false,
  userAgent: undefined,
  referer: undefined,
  signedIn: 'header',
  saysPayer: false,
  prefix: undefined,
  delimiter: undefined,
  requestTags: undefined,
  acl: undefined,
  accountBlocksPublicAccess: false,
};
