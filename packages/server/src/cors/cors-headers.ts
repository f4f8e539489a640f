import { type HeaderField, headerOf, type RawRequest } from '@ossature/protocol';
import type { Bucket } from '@ossature/store';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { type CorsConfiguration, cors } from '../bucket-configurations/cors.ts';
import { type CorsMatch, matchRule } from './match-rule.ts';

const vary: HeaderField = ['Vary', 'Origin'];

/**
 * What an answer of a bucket, an error too, tells a browser that sent a page's request. Without a rule that matches nothing is told and the
 * request goes on: it is the browser that keeps the answer from the page (OSS: CORS). Preflights have answers of their own.
 */
export function corsHeadersOf(bucket: Bucket | undefined, request: RawRequest): readonly HeaderField[] {
  const configuration = bucket === undefined ? undefined : configurationOf(bucket, cors);
  if (configuration === undefined || request.method === 'OPTIONS') return [];
  const origin = headerOf(request.headers, 'origin');
  const match = origin === undefined ? undefined : matchRule(configuration.rules, { origin, method: request.method, headers: [] });
  if (match === undefined) return configuration.responseVary === true ? [vary] : [];
  const { allowedOrigin, rule } = match;
  return [
    ['Access-Control-Allow-Origin', allowedOrigin],
    ['Access-Control-Allow-Methods', rule.allowedMethods.join(', ')],
    ...(rule.exposeHeaders.length === 0 ? [] : [['Access-Control-Expose-Headers', rule.exposeHeaders.join(', ')] as const]),
    ...(rule.maxAgeSeconds === undefined ? [] : [['Access-Control-Max-Age', String(rule.maxAgeSeconds)] as const]),
    ...(dependsOnOrigin(configuration) ? [vary] : []),
  ];
}

/** Whether a cache must keep answers apart by origin: where that was asked for, and where there is more than one to choose from. */
export function dependsOnOrigin({ rules, responseVary }: CorsConfiguration): boolean {
  return responseVary === true || new Set(rules.flatMap(({ allowedOrigins }) => allowedOrigins)).size > 1;
}

/** The answer to a preflight; `asked` are the headers that it named. */
export function permitOf(configuration: CorsConfiguration, { rule, allowedOrigin }: CorsMatch, asked: readonly string[]) {
  return {
    accessControlAllowOrigin: allowedOrigin,
    accessControlAllowMethods: rule.allowedMethods.join(', '),
    accessControlAllowHeaders: asked.length === 0 ? undefined : asked.join(', '),
    accessControlExposeHeaders: rule.exposeHeaders.length === 0 ? undefined : rule.exposeHeaders.join(', '),
    accessControlMaxAge: rule.maxAgeSeconds,
    vary: dependsOnOrigin(configuration) ? 'Origin' : undefined,
  };
}
