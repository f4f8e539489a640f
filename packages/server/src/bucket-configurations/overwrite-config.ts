import type { Bucket } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';
import { compileGlob } from '../authorization/glob.ts';
import { configurationOf, jsonConfiguration } from './configuration.ts';

/** Which objects of a bucket are not to be overwritten, and by whom (OSS: OverwriteConfig). */
export interface OverwriteRule {
  readonly id: string;
  readonly action: 'forbid';
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  /** As bucket policies name them; undefined: everybody. */
  readonly principals?: readonly string[] | undefined;
}

export const overwriteConfig = jsonConfiguration<readonly OverwriteRule[]>('overwriteConfig');

/** Whether any rule of the bucket keeps this caller from overwriting the key. A pure function of the bucket's row. */
export function forbidsOverwrite(bucket: Bucket, key: string, principal: Principal): boolean {
  const rules = configurationOf(bucket, overwriteConfig) ?? [];
  return rules.some(
    ({ prefix = '', suffix = '', principals }) =>
      key.startsWith(prefix) && key.endsWith(suffix) && (principals === undefined || principals.some((name) => isNamed(principal, name))),
  );
}

/** The number of the caller, the session of a role (with `*` for any text), or `*` for everybody. */
function isNamed(principal: Principal, name: string): boolean {
  if (name === '*') return true;
  switch (principal.kind) {
    case 'anonymous':
      return false;
    case 'account':
      return name === principal.ownerId;
    case 'user':
      return name === principal.userId;
    case 'role': {
      const { ownerId, roleId, roleName, sessionName } = principal;
      if (!name.startsWith('arn:')) return name === roleId;
      return compileGlob(name.toLowerCase())(`arn:sts::${ownerId}:assumed-role/${roleName}/${sessionName}`.toLowerCase());
    }
  }
}
