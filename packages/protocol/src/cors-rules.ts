/** What a list of CORS rules may be (OSS: PutBucketCors). */
import { limits } from './limits.ts';
import { Malformed } from './operation.ts';

export const CORS_METHODS = ['GET', 'PUT', 'DELETE', 'POST', 'HEAD'] as const;

export interface CorsRule {
  /** With at most one `*` each, which stands for any text. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  /** With at most one `*` each. */
  readonly allowedHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number | undefined;
}

/** Throws the documented error: no rule or too many, a rule without origin or method, a method that is none, a wildcard that may not stand. */
export function judgeCorsRules(rules: readonly CorsRule[]): void {
  if (rules.length === 0) throw new Malformed('CORSRule is missing in CORSConfiguration.', { code: 'MalformedXML' });
  if (rules.length > limits.corsRulesMax) throw new Malformed('The CORS Rules num is beyond limit.', { code: 'CORSRuleBeyondLimit' });
  for (const rule of rules) {
    if (rule.allowedOrigins.length === 0) throw new Malformed('AllowedOrigin is missing in CORSRule.', { code: 'MalformedXML' });
    if (rule.allowedMethods.length === 0) throw new Malformed('AllowedMethod is missing in CORSRule.', { code: 'MalformedXML' });
    for (const method of rule.allowedMethods) {
      if (!(CORS_METHODS as readonly string[]).includes(method))
        throw refused('AllowedMethod', method, `one of ${CORS_METHODS.join(', ')}`);
    }
    for (const origin of rule.allowedOrigins) judgePattern('AllowedOrigin', origin);
    for (const header of rule.allowedHeaders) judgePattern('AllowedHeader', header);
    for (const header of rule.exposeHeaders) {
      if (!/^[!#$%&'+.^_`|~0-9A-Za-z-]+$/.test(header)) throw refused('ExposeHeader', header, 'the name of a header, without a wildcard');
    }
  }
}

function judgePattern(element: string, pattern: string): void {
  const isText = /^[\x21-\x7e]+$/.test(pattern);
  if (!isText || pattern.split('*').length > 2) throw refused(element, pattern, 'not empty, with at most one wildcard *');
}

function refused(element: string, given: string, form: string): Malformed {
  return new Malformed(`${element} must be ${form}.`, { argument: [element, given] });
}
