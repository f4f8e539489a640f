/** Rules of a bucket that forbid overwriting (OSS: OverwriteConfig). */
import { boundedText, choice } from '../codec.ts';
import { limits } from '../limits.ts';
import { bucketName, element, judged, Malformed, many, operation, optional, struct, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

const affix = boundedText(limits.objectKeyMaxBytes);

const rules = many(
  struct('Rule', {
    /** Each its own; the service makes one where there is none. */
    id: optional(element('ID', boundedText(255))),
    /** `forbid`: objects of the rule are not overwritten. */
    action: element('Action', choice(['forbid'], { code: 'MalformedXML' })),
    /** Keys that begin so, character by character; all without it. */
    prefix: optional(element('Prefix', affix)),
    /** Keys that end so; all without it. */
    suffix: optional(element('Suffix', affix)),
    /** Whom the rule holds for, as bucket policies name them; everybody without it. */
    principals: optional(many(element('Principal', boundedText(255)), 'Principals')),
  }),
);

interface Rule {
  readonly id?: string | undefined;
  readonly principals?: readonly string[] | undefined;
}

/** Throws the error of a set of rules: none, more than 100, an id twice, more than 100 principals. */
function judgeRules(given: readonly Rule[]): void {
  const malformed = (message: string) => new Malformed(message, { code: 'MalformedXML' });
  if (given.length === 0) throw malformed('An overwrite configuration has at least one rule.');
  if (given.length > limits.overwriteRulesMax) {
    throw new Malformed(`An overwrite configuration has at most ${limits.overwriteRulesMax} rules.`, {
      argument: ['Rule', String(given.length)],
    });
  }
  const ids = new Set<string>();
  for (const { id, principals } of given) {
    if (principals !== undefined && principals.length > limits.overwriteRulesMax) {
      throw new Malformed(`A rule has at most ${limits.overwriteRulesMax} principals.`, {
        argument: ['Principals', String(principals.length)],
      });
    }
    if (id === undefined || id === '') continue;
    if (ids.has(id)) throw new Malformed('Rule ID must be unique.', { argument: ['ID', id] });
    ids.add(id);
  }
}

/** Sets the rules of a bucket in place of all that it had (OSS: PutBucketOverwriteConfig). */
export const putBucketOverwriteConfig = operation({
  name: 'PutBucketOverwriteConfig',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['overwriteConfig'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    /** 1 to 100; any that fits forbids. */
    rules: judged(xml(rules), judgeRules),
  },
  requestRoot: 'OverwriteConfiguration',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'MalformedXML', 'InvalidArgument'],
  permissions: (request) => bucketAction('oss:PutBucketOverwriteConfig', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** The rules of a bucket; 404 where it has none (OSS: GetBucketOverwriteConfig). */
export const getBucketOverwriteConfig = operation({
  name: 'GetBucketOverwriteConfig',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['overwriteConfig'] },
  request: { bucket: bucketName },
  results: { 200: { root: 'OverwriteConfiguration', members: { rules: xml(rules) } } },
  errors: ['NoSuchBucket', 'AccessDenied', 'NoSuchBucketOverwriteConfig'],
  permissions: (request) => bucketAction('oss:GetBucketOverwriteConfig', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Takes all rules away; none there is no error (OSS: DeleteBucketOverwriteConfig). */
export const deleteBucketOverwriteConfig = operation({
  name: 'DeleteBucketOverwriteConfig',
  method: 'DELETE',
  level: 'bucket',
  marks: { query: ['overwriteConfig'] },
  request: { bucket: bucketName },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:DeleteBucketOverwriteConfig', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
