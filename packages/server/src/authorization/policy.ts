import type { Condition, ConditionValues } from './condition.ts';
import type { Glob } from './glob.ts';

/** What somebody wants to do to what: `acs:<service>:<region>:<account>:<path>`, taken apart. */
export interface Resource {
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** `bucket`, `bucket/key`; `*` at service level. */
  readonly path: string;
}

/** Whom a statement of a bucket policy is about. */
export interface PrincipalRule {
  /** `*`, or no principal at all. */
  readonly everybody: boolean;
  /** Numbers of accounts and of users. */
  readonly ids: ReadonlySet<string>;
  /** `arn:sts::<account>:assumed-role/<role>/<session>`. */
  readonly sessions: readonly Glob[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: ActionRule;
  readonly resources: readonly ResourceRule[];
  /** Of bucket policies alone. */
  readonly principals: PrincipalRule | undefined;
  readonly condition: Condition | undefined;
  /** Allows everybody, wherever they are. */
  readonly isPublic: boolean;
  /** The condition asks for tags that the request sets. */
  readonly asksRequestTags: boolean;
}

export interface ActionRule {
  readonly exact: ReadonlySet<string>;
  readonly globs: readonly Glob[];
}
export interface ResourceRule {
  readonly service: Glob;
  readonly region: Glob;
  readonly accountId: Glob;
  readonly path: Glob;
}

/** A policy, compiled. */
export interface Policy {
  readonly statements: readonly Statement[];
  /** A condition asks for the tags of the object that stands there. */
  readonly asksExistingTags: boolean;
}

/** Who asks, as principals of bucket policies are compared. */
export interface Asker {
  /** The numbers that mean them. */
  readonly ids: readonly string[];
  /** Of temporary credentials. */
  readonly session: string | undefined;
  /** The account that owns the bucket: who speaks to everybody without a condition does not speak to it. */
  readonly isOwner: boolean;
}

export interface Question {
  readonly action: string;
  readonly resource: Resource;
  readonly values: ConditionValues;
  /** The tags that the request sets stand in its body, which is not read yet. */
  readonly tagsUnread: boolean;
}

export type Verdict = 'deny' | 'allow' | 'none';

/** What identity and session policies say: their statements are about whoever has them. */
export function verdictOf(policies: readonly Policy[], question: Question): Verdict {
  let verdict: Verdict = 'none';
  for (const { statements } of policies) {
    for (const statement of statements) {
      if (!applies(statement, question)) continue;
      if (statement.effect === 'Deny') return 'deny';
      verdict = 'allow';
    }
  }
  return verdict;
}

/** What a bucket policy says. `ignoresPublic`: public access is blocked, so statements that allow everybody count for nothing. */
export function verdictOfBucketPolicy(policy: Policy, question: Question, asker: Asker, ignoresPublic: boolean): Verdict {
  let verdict: Verdict = 'none';
  for (const statement of policy.statements) {
    if ((ignoresPublic && statement.isPublic) || !isAbout(statement, asker) || !applies(statement, question)) continue;
    if (statement.effect === 'Deny') return 'deny';
    verdict = 'allow';
  }
  return verdict;
}

function applies({ effect, actions, resources, condition, asksRequestTags }: Statement, question: Question): boolean {
  const { action, resource, values, tagsUnread } = question;
  if (!actions.exact.has(action) && !actions.globs.some((fits) => fits(action))) return false;
  if (!resources.some((rule) => fitsResource(rule, resource))) return false;
  if (condition === undefined) return true;
  // Asked again when the tags are known: until then nobody is refused for them.
  if (asksRequestTags && tagsUnread) return effect === 'Allow';
  return condition.holds(values);
}

function fitsResource(rule: ResourceRule, { service, region, accountId, path }: Resource): boolean {
  return rule.path(path) && rule.accountId(accountId) && (rule.region(region) || rule.region(`oss-${region}`)) && rule.service(service);
}

/** Everybody without a condition is everybody but the owner; with one, the owner too (OSS: bucket policy). */
function isAbout({ principals, condition }: Statement, { ids, session, isOwner }: Asker): boolean {
  if (principals === undefined) return true;
  if (principals.everybody && (!isOwner || condition !== undefined)) return true;
  if (ids.some((id) => principals.ids.has(id))) return true;
  return session !== undefined && principals.sessions.some((fits) => fits(session));
}
