import { bindsSource, type Clause, type Condition, compileCondition, existingTagKey, requestTagKey } from './condition.ts';
import { compileGlob } from './glob.ts';
import type { ActionRule, Policy, PrincipalRule, ResourceRule, Statement } from './policy.ts';
import { PolicyFault } from './policy-fault.ts';

/** Where a policy stands: it decides which elements its statements have. */
export type PolicyKind =
  /** On a bucket: whom it is about, and resources of that bucket alone. */
  | { readonly kind: 'bucket'; readonly bucket: string | undefined }
  /** On a user, a role or a session: it is about whoever has it, and may speak of any service. */
  | { readonly kind: 'identity' };

type JsonRecord = Readonly<Record<string, unknown>>;

/** One string of a policy, in bytes (OSS: EC 0030-00000003). */
const itemMaxBytes = 4095;

/**
 * Reads a policy, strictly: what is not in the grammar is refused by name and never passed over, since a condition or an exception that nobody
 * looks at would grant. Throws `PolicyFault`.
 */
export function compilePolicy(text: string, kind: PolicyKind): Policy {
  const document = recordOf(parseJson(text), 'The policy');
  demandKeys(document, ['Version', 'Statement'], 'the policy');
  if (document['Version'] !== '1') throw new PolicyFault('Invalid Policy: Version must be "1".', '0030-00000005');
  const given = document['Statement'];
  if (!Array.isArray(given) || given.length === 0) throw new PolicyFault('Invalid Policy: Statement must be a list of statements.');
  const statements = given.map((statement) => compileStatement(recordOf(statement, 'A statement'), kind));
  return { statements, asksExistingTags: statements.some(({ condition }) => asks(condition, existingTagKey)) };
}

function compileStatement(statement: JsonRecord, kind: PolicyKind): Statement {
  const isOfBucket = kind.kind === 'bucket';
  demandKeys(statement, ['Effect', 'Action', 'Resource', 'Condition', ...(isOfBucket ? ['Principal'] : [])], 'a statement');
  const { Effect: effect } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyFault('Invalid Policy: Effect must be Allow or Deny.');
  const actions = compileActions(textsOf(statement['Action'], 'Action'), kind);
  const resources = textsOf(statement['Resource'], 'Resource').map((text) => compileResource(text, kind));
  const principals = isOfBucket ? compilePrincipals(statement['Principal']) : undefined;
  const condition = compileConditionElement(statement['Condition']);
  const isOpen = principals?.everybody === true && (condition === undefined || !bindsSource(condition));
  return {
    effect,
    actions,
    resources,
    principals,
    condition,
    isPublic: effect === 'Allow' && isOpen,
    asksRequestTags: asks(condition, requestTagKey),
  };
}

function asks(condition: Condition | undefined, keyPrefix: string): boolean {
  return condition?.clauses.some(({ key }) => key.startsWith(keyPrefix)) === true;
}

/** `oss:GetObject`, `oss:Get*`, `*`. */
function compileActions(texts: readonly string[], { kind }: PolicyKind): ActionRule {
  for (const text of texts) {
    const isKnown = kind === 'bucket' ? /^(oss:[\w*?]+|\*)$/.test(text) : /^([a-z][a-z0-9-]*:[\w*?]+|\*)$/.test(text);
    if (!isKnown) throw new PolicyFault(`Invalid Policy: invalid action ${text}.`);
  }
  const isPattern = (text: string) => /[*?]/.test(text);
  return {
    exact: new Set(texts.filter((text) => !isPattern(text))),
    globs: texts.filter(isPattern).map(compileGlob),
  };
}

function compileResource(text: string, kind: PolicyKind): ResourceRule {
  const anything = compileGlob('*');
  if (text === '*' && kind.kind === 'identity') return { service: anything, region: anything, accountId: anything, path: anything };
  const [acs, service, region, accountId, ...rest] = text.split(':');
  if (acs !== 'acs' || service === undefined || region === undefined || accountId === undefined || rest.length === 0) {
    throw new PolicyFault(`Invalid Policy: invalid resource ${text}.`);
  }
  const path = rest.join(':');
  if (path === '') throw new PolicyFault(`Invalid Policy: invalid resource ${text}.`);
  if (kind.kind === 'bucket') {
    const names = compileGlob(path.split('/')[0] ?? '');
    if (service !== 'oss' || (kind.bucket !== undefined && !names(kind.bucket))) {
      throw new PolicyFault(`Invalid Policy: the resource ${text} is not of this bucket.`);
    }
  }
  return {
    service: compileGlob(service),
    // Left out, as in the resources of services without regions, it is any.
    region: compileGlob(region === '' ? '*' : region),
    accountId: compileGlob(accountId === '' ? '*' : accountId),
    path: compileGlob(path),
  };
}

function compilePrincipals(given: unknown): PrincipalRule {
  if (given === undefined) return { everybody: true, ids: new Set(), sessions: [] };
  const texts = textsOf(given, 'Principal');
  const sessions = texts.filter((text) => text.startsWith('arn:'));
  for (const text of texts) {
    const isKnown = text === '*' || /^\d{1,32}$/.test(text) || /^arn:sts::[\d*]+:assumed-role\/[^/]+\/.+$/.test(text);
    if (!isKnown) throw new PolicyFault(`Invalid Policy: invalid principal ${text}.`);
  }
  return {
    everybody: texts.includes('*'),
    ids: new Set(texts.filter((text) => /^\d+$/.test(text))),
    sessions: sessions.map(compileGlob),
  };
}

/** The element `Condition`, also that of a trust policy. Throws `PolicyFault`. */
export function compileConditionElement(given: unknown): Condition | undefined {
  if (given === undefined) return undefined;
  const clauses: Clause[] = [];
  for (const [operator, keys] of Object.entries(recordOf(given, 'Condition'))) {
    for (const [key, values] of Object.entries(recordOf(keys, `The condition ${operator}`))) {
      clauses.push({ operator, key, values: textsOf(values, key, true) });
    }
  }
  return clauses.length === 0 ? undefined : compileCondition(clauses);
}

/** A text or a list of texts; not empty. Numbers and truth values are texts in conditions. */
export function textsOf(given: unknown, name: string, isCondition = false): readonly string[] {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length === 0) throw new PolicyFault(`Invalid Policy: ${name} is empty.`);
  return values.map((value) => {
    const text = isCondition && (typeof value === 'number' || typeof value === 'boolean') ? String(value) : value;
    if (typeof text !== 'string') throw new PolicyFault(`Invalid Policy: ${name} must be a text or a list of texts.`);
    if (text === '' && !isCondition) throw new PolicyFault(`Invalid Policy: ${name} is empty.`);
    if (Buffer.byteLength(text) > itemMaxBytes) {
      throw new PolicyFault(`Invalid Policy: an item of ${name} is longer than ${itemMaxBytes} bytes.`, '0030-00000003');
    }
    return text;
  });
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PolicyFault('Invalid Policy: Invalid JSON.');
  }
}

export function recordOf(value: unknown, what: string): JsonRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new PolicyFault(`Invalid Policy: ${what} is no object.`);
  return value as JsonRecord;
}

/** Throws `PolicyFault` for a member that the grammar does not have. */
export function demandKeys(record: JsonRecord, known: readonly string[], what: string): void {
  for (const key of Object.keys(record)) {
    if (!known.includes(key)) throw new PolicyFault(`Invalid Policy: unknown element ${key.slice(0, 64)} in ${what}.`);
  }
}
