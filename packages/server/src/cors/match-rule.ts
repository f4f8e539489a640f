import type { CorsRule } from '@ossature/protocol';

/** What a page asks for. */
export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Names of headers in any letter case; none for a request that was sent without asking first. */
  readonly headers: readonly string[];
}

export interface CorsMatch {
  readonly rule: CorsRule;
  /** `*` where that is what the rule says, else the page's own. */
  readonly allowedOrigin: string;
}

/** The first rule that allows origin, method and all headers (OSS: CORS). */
export function matchRule(rules: readonly CorsRule[], question: CorsQuestion): CorsMatch | undefined {
  for (const rule of rules) {
    const origin = rule.allowedOrigins.find((pattern) => matches(pattern, question.origin));
    if (origin === undefined || !rule.allowedMethods.includes(question.method)) continue;
    const headers = rule.allowedHeaders.map((pattern) => pattern.toLowerCase());
    if (!question.headers.every((name) => headers.some((pattern) => matches(pattern, name.toLowerCase())))) continue;
    return { rule, allowedOrigin: origin === '*' ? '*' : question.origin };
  }
  return undefined;
}

/** The pattern has at most one `*`, which stands for any text. */
function matches(pattern: string, given: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === given;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  return given.length >= before.length + after.length && given.startsWith(before) && given.endsWith(after);
}
