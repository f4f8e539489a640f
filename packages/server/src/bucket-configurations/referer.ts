import type { Bucket } from '@ossature/store';
import { compileGlob, type Glob } from '../authorization/glob.ts';
import { type Configuration, configurationOf } from './configuration.ts';

/** Which pages may show the objects of a bucket (OSS: hotlink protection). */
export interface RefererRules {
  readonly allowEmptyReferer: boolean;
  readonly allowTruncateQueryString: boolean;
  readonly truncatePath: boolean;
  readonly refererList: readonly string[];
  readonly refererBlacklist: readonly string[];
}

export const defaultRefererRules: RefererRules = {
  allowEmptyReferer: true,
  allowTruncateQueryString: true,
  truncatePath: false,
  refererList: [],
  refererBlacklist: [],
};

interface CompiledRefererRules extends RefererRules {
  readonly allowed: readonly Glob[];
  readonly denied: readonly Glob[];
}

export const refererConfiguration: Configuration<CompiledRefererRules> = {
  name: 'referer',
  parse: (text) => compileRefererRules(JSON.parse(text) as RefererRules),
  format: ({ allowed: _allowed, denied: _denied, ...rules }) => JSON.stringify(rules),
};

export function compileRefererRules(rules: RefererRules): CompiledRefererRules {
  // An entry fits what begins like it: `http://example.com` stands for the site (OSS: hotlink protection).
  const compile = (entry: string) => compileGlob(`${entry}*`);
  return { ...rules, allowed: rules.refererList.map(compile), denied: rules.refererBlacklist.map(compile) };
}

/** Whether a request with this Referer may pass. Requests that are signed in their header are not asked. */
export function admitsReferer(bucket: Bucket, referer: string | undefined): boolean {
  const rules = configurationOf(bucket, refererConfiguration);
  if (rules === undefined) return true;
  if (referer === undefined || referer === '') return rules.allowEmptyReferer || rules.allowed.length === 0;
  const shown = truncated(referer, rules);
  if (rules.denied.some((fits) => fits(shown))) return false;
  return rules.allowed.length === 0 || rules.allowed.some((fits) => fits(shown));
}

function truncated(referer: string, { allowTruncateQueryString, truncatePath }: RefererRules): string {
  if (truncatePath) return /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*/i.exec(referer)?.[0] ?? referer;
  return allowTruncateQueryString ? (referer.split('?')[0] ?? referer) : referer;
}
