import { type FormField, formOf, ServiceError } from '@ossature/protocol';
import type { PolicyCondition, PostPolicy } from './parse-post-policy.ts';

/** How long the file of a form may be. */
export interface FileSizes {
  readonly minBytes: number;
  readonly maxBytes: number;
}

export interface JudgedForm {
  /** As they were sent. */
  readonly fields: readonly FormField[];
  /** What counts where no such field was sent: what the file and the head say. */
  readonly defaults: readonly FormField[];
  /** The one that the Host or the path names. */
  readonly bucket: string;
  readonly nowMs: number;
}

/** Fields of a V4 signature that its own policy must bind. */
const boundFields = ['x-oss-signature-version', 'x-oss-credential', 'x-oss-date', 'x-oss-security-token'];

/**
 * Whether a form is what its policy allows. A pure function; answers what the policy says of the file's length, which only shows later. Throws 403 AccessDenied. Fields that no
 * condition names are free, but for those of the signature. Source: OSS, PostObject.
 */
export function judgePostPolicy(policy: PostPolicy, form: JudgedForm): FileSizes {
  if (form.nowMs > policy.expirationMs) throw refused('Policy expired.', '213');
  let sizes: FileSizes = { minBytes: 0, maxBytes: Number.MAX_SAFE_INTEGER };
  for (const condition of policy.conditions) {
    if (condition.operator === 'content-length-range') {
      sizes = { minBytes: Math.max(sizes.minBytes, condition.minBytes), maxBytes: Math.min(sizes.maxBytes, condition.maxBytes) };
    } else if (!holds(condition, givenFor(condition, form))) {
      throw refused(`Policy Condition failed: ${shown(condition)}`, '227');
    }
  }
  judgeBoundFields(policy, form);
  return sizes;
}

type FieldCondition = Exclude<PolicyCondition, { readonly operator: 'content-length-range' }>;

/** Only what was sent can be what a policy asks for; what it excludes may not come by another way either. */
function givenFor({ field, operator }: FieldCondition, { fields, defaults, bucket }: JudgedForm): string | undefined {
  if (field === 'bucket') return bucket;
  return formOf(fields, field) ?? (operator === 'not-in' ? formOf(defaults, field) : undefined);
}

function holds(condition: FieldCondition, value: string | undefined): boolean {
  switch (condition.operator) {
    case 'eq':
      return value === condition.operand;
    case 'starts-with':
      return (value ?? '').startsWith(condition.operand);
    case 'in':
      return value !== undefined && condition.operands.includes(value);
    case 'not-in':
      return value === undefined || !condition.operands.includes(value);
  }
}

function judgeBoundFields({ conditions }: PostPolicy, { fields }: JudgedForm): void {
  if (formOf(fields, 'x-oss-signature-version') === undefined) return;
  const bound = new Set(conditions.map((condition) => (condition.operator === 'content-length-range' ? '' : condition.field)));
  for (const name of boundFields) {
    if (formOf(fields, name) !== undefined && !bound.has(name)) throw refused(`Extra input fields: ${name}`, '228');
  }
}

/** The condition as OSS prints it: `["eq", "$key", "a"]`. */
function shown(condition: FieldCondition): string {
  const operand = 'operands' in condition ? listed(condition.operands) : JSON.stringify(condition.operand);
  return `["${condition.operator}", ${JSON.stringify(`$${condition.field}`)}, ${operand}]`;
}

function listed(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;
}

function refused(why: string, number: string): ServiceError {
  return new ServiceError('AccessDenied', { message: `Invalid according to Policy: ${why}`, ec: `0006-00000${number}` });
}
