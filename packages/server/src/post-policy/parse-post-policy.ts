import { parseIsoDate, ServiceError } from '@ossature/protocol';

/** What a form must be, in the words of its policy (OSS: PostObject). Names of fields are in lower case, without `$`. */
export type PolicyCondition =
  | { readonly operator: 'eq' | 'starts-with'; readonly field: string; readonly operand: string }
  | { readonly operator: 'in' | 'not-in'; readonly field: string; readonly operands: readonly string[] }
  | { readonly operator: 'content-length-range'; readonly minBytes: number; readonly maxBytes: number };

export interface PostPolicy {
  readonly expirationMs: number;
  readonly conditions: readonly PolicyCondition[];
}

/** Reads a policy as the form carries it, in base64. Throws 400 InvalidPolicyDocument, with the number of the case. */
export function parsePostPolicy(base64: string): PostPolicy {
  const document = parseJson(decodeText(base64));
  if (!isRecord(document)) throw invalid('A policy must be a JSON object.', '201');
  const { expiration, conditions } = document;
  if (expiration === undefined && conditions === undefined) throw invalid('Policy must have expiration and conditions.', '209');
  if (conditions === undefined) throw invalid('Policy must have conditions.', '207');
  if (expiration === undefined) throw invalid('Policy must have expiration.', '208');
  const expirationMs = expirationOf(expiration);
  if (!Array.isArray(conditions)) throw invalid('Conditions must be an array.', '214');
  if (conditions.length === 0) throw invalid('Conditions must not be empty.', '215');
  return { expirationMs, conditions: conditions.map(conditionOf) };
}

function decodeText(base64: string): string {
  // Whoever breaks base64 into lines may do so.
  const compact = base64.replace(/\s/g, '');
  if (compact.length % 4 === 1 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) throw invalid('The policy is not base64.', '201');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    throw invalid('The policy is not UTF-8.', '203');
  }
}

function parseJson(text: string): unknown {
  try {
    // A dollar sign may be escaped, which JSON itself does not know.
    return JSON.parse(text.replace(/\\[\s\S]/g, (pair) => (pair === '\\$' ? '$' : pair)));
  } catch (error) {
    throw invalid(`Invalid JSON: ${faultOf(error instanceof Error ? error.message : '')}`, '204');
  }
}

/** What the engine says of a text that is no JSON, in the words of OSS. */
function faultOf(said: string): string {
  const [, expected] = /^Expected ',' or '([\]}])'/.exec(said) ?? [];
  if (expected !== undefined) return `, or ${expected} expected`;
  const [, character] = /^Unexpected token '?(.)/.exec(said) ?? [];
  return character === undefined ? 'unexpected end' : `unknown char ${character}`;
}

function expirationOf(expiration: unknown): number {
  if (typeof expiration !== 'string') throw invalid('Expiration must be a string.', '210');
  if (expiration === '') throw invalid('Expiration must not be empty.', '211');
  const timeMs = parseIsoDate(expiration);
  if (timeMs === undefined) throw invalid('Expiration must be an ISO 8601 date in GMT.', '212');
  return timeMs;
}

function conditionOf(item: unknown): PolicyCondition {
  if (Array.isArray(item)) return arrayCondition(item);
  if (!isRecord(item)) throw invalid('A condition must be an object or an array.', '222');
  const [entry, ...others] = Object.entries(item);
  if (entry === undefined || others.length > 0) {
    throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
  }
  const [field, operand] = entry;
  if (typeof operand !== 'string') throw invalid('The value of a Simple-Condition must be a string.', '224');
  return { operator: 'eq', field: fieldOf(field), operand };
}

function arrayCondition(items: readonly unknown[]): PolicyCondition {
  const [given, first, second] = items;
  if (typeof given !== 'string') throw invalid('A condition must begin with its operator.', '216');
  const operator = given.toLowerCase();
  switch (operator) {
    case 'eq':
    case 'starts-with':
      judgeCount(items);
      if (typeof first !== 'string' || typeof second !== 'string') throw invalid(`The operands of ${operator} must be strings.`, '224');
      return { operator, field: fieldOf(first), operand: second };
    case 'in':
    case 'not-in':
      judgeCount(items);
      if (typeof first !== 'string' || !isTexts(second))
        throw invalid(`The operands of ${operator} must be a field and an array of strings.`, '224');
      return { operator, field: fieldOf(first), operands: second };
    case 'content-length-range':
      judgeCount(items);
      return rangeOf(first, second);
    default:
      throw invalid(`Unknown operator ${given}.`, '216');
  }
}

function rangeOf(minBytes: unknown, maxBytes: unknown): PolicyCondition {
  if (!isSize(minBytes)) throw invalid('The least length must be an integer.', '221');
  if (!isSize(maxBytes)) throw invalid('The greatest length must be an integer.', '223');
  if (maxBytes < minBytes) throw invalid('The greatest length is less than the least.', '219');
  return { operator: 'content-length-range', minBytes, maxBytes };
}

function judgeCount(items: readonly unknown[]): void {
  if (items.length !== 3) throw invalid('A condition must have three members.', '218');
}

/** Names count in any letter case, with `$` or without. */
function fieldOf(name: string): string {
  return name.replace(/^\$/, '').toLowerCase();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function invalid(why: string, number?: string): ServiceError {
  return new ServiceError('InvalidPolicyDocument', {
    message: `Invalid Policy: ${why}`,
    ec: number === undefined ? undefined : `0006-00000${number}`,
  });
}
