import type { Principal } from '../auth/principal.ts';
import { compileConditionElement, demandKeys, parseJson, recordOf, textsOf } from '../authorization/compile-policy.ts';
import type { Condition, ConditionValues } from '../authorization/condition.ts';
import { PolicyFault } from '../authorization/policy-fault.ts';

interface TrustStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly trusted: readonly string[];
  readonly condition: Condition | undefined;
}

/** Who may assume a role (RAM: trust policy of a role). */
export type TrustPolicy = readonly TrustStatement[];

/** Throws `PolicyFault`. Services are in the grammar, and none of them calls this server. */
export function compileTrustPolicy(text: string): TrustPolicy {
  const document = recordOf(parseJson(text), 'the policy');
  demandKeys(document, ['Version', 'Statement'], 'the policy');
  if (document['Version'] !== '1') throw new PolicyFault('Version must be "1".');
  const given = document['Statement'];
  if (!Array.isArray(given) || given.length === 0) throw new PolicyFault('Statement must be a list of statements.');
  return given.map((each) => {
    const statement = recordOf(each, 'a statement');
    demandKeys(statement, ['Effect', 'Action', 'Principal', 'Condition'], 'a statement');
    const { Effect: effect } = statement;
    if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyFault('Effect must be Allow or Deny.');
    if (textsOf(statement['Action'], 'Action').some((action) => action !== 'sts:AssumeRole')) {
      throw new PolicyFault('The action of a trust policy is sts:AssumeRole.');
    }
    return { effect, trusted: trustedOf(statement['Principal']), condition: compileConditionElement(statement['Condition']) };
  });
}

function trustedOf(given: unknown): readonly string[] {
  const principal = recordOf(given, 'Principal');
  demandKeys(principal, ['RAM', 'Service'], 'Principal');
  if (principal['Service'] !== undefined) textsOf(principal['Service'], 'Service');
  const trusted = principal['RAM'] === undefined ? [] : textsOf(principal['RAM'], 'RAM');
  for (const arn of trusted) {
    if (!/^acs:ram::\d{1,32}:(root|user\/[\w.@-]+|role\/[\w.@-]+)$/.test(arn)) throw new PolicyFault(`Invalid principal ${arn}.`);
  }
  return trusted;
}

/** Whether this caller is trusted. `root` stands for everybody of the account. */
export function isTrusted(policy: TrustPolicy, caller: Principal, values: ConditionValues): boolean {
  const names = namesOf(caller);
  const about = policy.filter(
    ({ trusted, condition }) => trusted.some((arn) => names.includes(arn)) && (condition === undefined || condition.holds(values)),
  );
  return about.some(({ effect }) => effect === 'Allow') && !about.some(({ effect }) => effect === 'Deny');
}

function namesOf(caller: Principal): readonly string[] {
  if (caller.kind === 'anonymous') return [];
  const account = `acs:ram::${caller.ownerId}:`;
  if (caller.kind === 'account') return [`${account}root`];
  return [`${account}root`, caller.kind === 'user' ? `${account}user/${caller.userName}` : `${account}role/${caller.roleName}`];
}
