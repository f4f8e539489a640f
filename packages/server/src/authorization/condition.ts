import { compileGlob } from './glob.ts';
import { compileNetworks, coverEverybody } from './ip-network.ts';
import { PolicyFault } from './policy-fault.ts';

/** What a request has under a condition key; undefined where it has no such thing. */
export type ConditionValues = (key: string) => string | undefined;

/** The `Condition` of a statement, compiled: all operators and all keys must hold, of the values of a key any. */
export interface Condition {
  readonly clauses: readonly Clause[];
  holds(values: ConditionValues): boolean;
}

export interface Clause {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

interface Operator {
  /** Holds where none of the values fits, and where the request has nothing under the key. */
  readonly negated?: true;
  /** Throws `PolicyFault` for a value that the operator cannot compare with. */
  compile(values: readonly string[]): (value: string) => boolean;
}

const equals: Operator = {
  compile: (values) => {
    const all = new Set(values);
    return (value) => all.has(value);
  },
};
const equalsIgnoreCase: Operator = {
  compile: (values) => {
    const all = new Set(values.map((value) => value.toLowerCase()));
    return (value) => all.has(value.toLowerCase());
  },
};
const like: Operator = {
  compile: (values) => {
    const globs = values.map(compileGlob);
    return (value) => globs.some((fits) => fits(value));
  },
};
const inNetwork: Operator = {
  compile: (values) => {
    const networks = compileNetworks(values);
    if (networks === undefined) throw new PolicyFault('Invalid IP address or network in a condition.');
    return (value) => networks.contains(value);
  },
};
const isTruth: Operator = {
  compile: (values) => {
    const wanted = new Set(values.map((value) => value.toLowerCase()));
    for (const value of wanted) if (value !== 'true' && value !== 'false') throw new PolicyFault('Bool compares with true and false.');
    return (value) => wanted.has(value);
  },
};

type Comparison = (a: number, b: number) => boolean;
const comparisons: Readonly<Record<string, Comparison>> = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThan: (a, b) => a > b,
  GreaterThanEquals: (a, b) => a >= b,
};

/** Numbers and dates compare alike, once they are read. A text of the request that is neither compares with nothing. */
function comparing(what: string, read: (text: string) => number | undefined, compare: Comparison): Operator {
  return {
    compile: (values) => {
      const bounds = values.map((value) => {
        const bound = read(value);
        if (bound === undefined) throw new PolicyFault(`A condition compares ${what} with something else.`);
        return bound;
      });
      return (value) => {
        const given = read(value);
        return given !== undefined && bounds.some((bound) => compare(given, bound));
      };
    },
  };
}

function readNumber(text: string): number | undefined {
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
}

/** ISO 8601: a date, or a date and a time with its zone. */
export function readDate(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/.test(text)) return undefined;
  const timeMs = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function numericOperators(): [string, Operator][] {
  return Object.entries(comparisons).flatMap(([name, compare]) => [
    [`Numeric${name}`, comparing('numbers', readNumber, compare)] as [string, Operator],
    [`Date${name}`, comparing('dates', readDate, compare)] as [string, Operator],
  ]);
}

function not(operator: Operator): Operator {
  return { ...operator, negated: true };
}

/** Every operator of the policy grammar (OSS: bucket policy; RAM: policy elements). */
const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', equals],
  ['StringNotEquals', not(equals)],
  ['StringEqualsIgnoreCase', equalsIgnoreCase],
  ['StringNotEqualsIgnoreCase', not(equalsIgnoreCase)],
  ['StringLike', like],
  ['StringNotLike', not(like)],
  ...numericOperators(),
  ['NumericNotEquals', not(comparing('numbers', readNumber, (a, b) => a === b))],
  ['DateNotEquals', not(comparing('dates', readDate, (a, b) => a === b))],
  ['Bool', isTruth],
  ['IpAddress', inNetwork],
  ['NotIpAddress', not(inNetwork)],
]);

const plainKeys: ReadonlySet<string> = new Set([
  'acs:SourceIp',
  'acs:SourceVpc',
  'acs:UserAgent',
  'acs:CurrentTime',
  'acs:SecureTransport',
  'acs:MFAPresent',
  'acs:AccessId',
  'oss:Prefix',
  'oss:Delimiter',
  'oss:x-oss-object-acl',
]);
export const requestTagKey = 'oss:RequestObjectTag/';
export const existingTagKey = 'oss:ExistingObjectTag/';
export const bucketTagKey = 'oss:BucketTag/';

function isKey(key: string): boolean {
  return plainKeys.has(key) || [requestTagKey, existingTagKey, bucketTagKey].some((tag) => key.startsWith(tag) && key.length > tag.length);
}

/** `{operator: {key: value or [values]}}`, with its values already read as texts. Throws `PolicyFault`. */
export function compileCondition(clauses: readonly Clause[]): Condition {
  const compiled = clauses.map(({ operator: name, key, values }) => {
    const operator = operators.get(name);
    if (operator === undefined) throw new PolicyFault(`Invalid Policy: unknown condition operator ${name}.`);
    if (!isKey(key)) throw new PolicyFault(`Invalid Policy: unknown condition key ${key}.`);
    const fits = operator.compile(values);
    return { key, fits, negated: operator.negated === true };
  });
  return {
    clauses,
    holds: (values) =>
      compiled.every(({ key, fits, negated }) => {
        const value = values(key);
        return value === undefined ? negated : fits(value) !== negated;
      }),
  };
}

/**
 * Whether a condition ties a request to a fixed source: addresses that are not all addresses, a network of one's own, or an access key. What is negated ties to nothing.
 * Source: OSS on public bucket policies.
 */
export function bindsSource(condition: Condition): boolean {
  return condition.clauses.some(({ operator, key, values }) => {
    if (operator === 'IpAddress') return key === 'acs:SourceIp' && !coverEverybody(values);
    const isText = operator === 'StringEquals' || operator === 'StringEqualsIgnoreCase' || operator === 'StringLike';
    const isExact = operator !== 'StringLike' || values.every((value) => !/^[*?]*$/.test(value));
    return isText && isExact && (key === 'acs:SourceVpc' || key === 'acs:AccessId');
  });
}
