import type { Policy } from '../authorization/policy.ts';

/** What every caller with a key has. */
interface Identified {
  readonly accessKeyId: string;
  /** The account that the caller is, or belongs to. */
  readonly ownerId: string;
  /** Of the V4 scope; other versions name none. */
  readonly signingRegion: string | undefined;
}

/** The account itself. */
export type AccountPrincipal = Identified & { readonly kind: 'account' };

/** A user of the account: may do what its policies say, and what others may. */
export type UserPrincipal = Identified & {
  readonly kind: 'user';
  readonly userId: string;
  readonly userName: string;
  readonly policies: readonly Policy[];
};

/** A role that somebody has assumed for a time. */
export type RolePrincipal = Identified & {
  readonly kind: 'role';
  readonly roleId: string;
  readonly roleName: string;
  readonly sessionName: string;
  readonly policies: readonly Policy[];
  /** Given when the role was assumed: it only narrows. */
  readonly sessionPolicy: Policy | undefined;
};

/** Who a request is from, once its signature is verified. */
export type Principal =
  /** No signature at all: judged by access control lists like everybody else. */
  { readonly kind: 'anonymous' } | AccountPrincipal | UserPrincipal | RolePrincipal;

export const anonymous: Principal = { kind: 'anonymous' };
