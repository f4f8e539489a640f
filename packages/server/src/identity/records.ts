/** What the server keeps of its account's users, keys, policies and roles: plain data, one document each. */

export interface AttachedPolicy {
  readonly type: 'System' | 'Custom';
  readonly name: string;
  readonly attachedMs: number;
}

export interface UserRecord {
  /** 18 digits; a user made again under the same name has another. */
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly comments: string;
  readonly createdMs: number;
  readonly policies: readonly AttachedPolicy[];
}

export interface AccessKeyRecord {
  readonly id: string;
  readonly userName: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdMs: number;
  /** The secret under the server's key; the access key's id is its context. */
  readonly sealedSecret: string;
}

export interface PolicyRecord {
  readonly name: string;
  readonly description: string;
  /** As it came. */
  readonly document: string;
  readonly createdMs: number;
}

export interface RoleRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Who may assume it, as it came. */
  readonly trustPolicy: string;
  readonly maxSessionSeconds: number;
  readonly createdMs: number;
  readonly policies: readonly AttachedPolicy[];
}
