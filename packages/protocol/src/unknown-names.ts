import { isDocumentedHeader } from './documented.ts';
import { memberPlan } from './member-plan.ts';
import type { HeaderField, QueryField } from './message.ts';
import type { Definition } from './operation.ts';

/** What every request may have: credentials, and who pays. In lower case. */
const COMMON_HEADERS: readonly string[] = [
  'x-oss-date',
  'x-oss-content-sha256',
  'x-oss-security-token',
  'x-oss-request-payer',
  'x-oss-user-agent',
];

/** Parameters of presigned URLs. */
const COMMON_QUERY: readonly string[] = [
  'OSSAccessKeyId',
  'Expires',
  'Signature',
  'security-token',
  'x-oss-signature-version',
  'x-oss-access-key-id',
  'x-oss-additional-headers',
  'x-oss-credential',
  'x-oss-date',
  'x-oss-expires',
  'x-oss-signature',
  'x-oss-security-token',
  'x-oss-request-payer',
];

/** Plain conditions, which `ali-oss` sends on copies beside those of the source. */
const CONDITIONS: readonly string[] = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

/**
 * What a request carries that neither its operation nor OSS knows: to be counted, and refused only by a strict server. Headers are those that begin
 * with `x-oss-`, and on copies the plain conditions; of the query every name. Each name once, headers in lower case.
 */
export function unknownNames(
  definition: Definition,
  message: { readonly query: readonly QueryField[]; readonly headers: readonly HeaderField[] },
): { readonly headers: readonly string[]; readonly query: readonly string[] } {
  const plan = memberPlan(definition.request, definition.requestRoot);
  const isCopy = plan.headers.has('x-oss-copy-source');
  const isUnknownHeader = (name: string): boolean =>
    (name.startsWith('x-oss-') || (isCopy && CONDITIONS.includes(name))) &&
    !plan.headers.has(name) &&
    !plan.prefixes.some(({ prefix }) => name.startsWith(prefix)) &&
    !COMMON_HEADERS.includes(name) &&
    !isDocumentedHeader(definition.name, name);
  const isUnknownQuery = (name: string): boolean =>
    !plan.query.has(name) && definition.marks.query?.includes(name) !== true && !COMMON_QUERY.includes(name);
  return {
    headers: [...new Set(message.headers.map(([name]) => name.toLowerCase()))].filter(isUnknownHeader),
    query: [...new Set(message.query.map(([name]) => name))].filter(isUnknownQuery),
  };
}
