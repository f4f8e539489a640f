import type { MemberPlan } from './member-plan.ts';
import type { FormField, HeaderField, QueryField } from './message.ts';

/** What a message says of each member of the head, by its position in the plan: nothing decoded yet, header values as byte strings. */
export interface GatheredHead {
  readonly texts: readonly (string | undefined)[];
  /** For the members that stand for a prefix: names without it, in lower case, and values. */
  readonly prefixed: readonly (Map<string, string> | undefined)[];
}

/** Where the members of a head are found. */
export interface HeadSource {
  readonly query?: readonly QueryField[];
  readonly headers: readonly HeaderField[];
  readonly form?: readonly FormField[];
}

/**
 * Finds the members of a head in one pass: of a query parameter and of a form's field the first counts, headers of one name are joined by `,`.
 */
export function gatherHead(plan: MemberPlan, { query = [], headers, form = [] }: HeadSource): GatheredHead {
  const texts = new Array<string | undefined>(plan.head.length).fill(undefined);
  const prefixed = new Array<Map<string, string> | undefined>(plan.head.length).fill(undefined);
  for (const [name, value] of query) {
    const position = plan.query.get(name);
    if (position !== undefined) texts[position] ??= value ?? '';
  }
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    const position = plan.headers.get(name);
    if (position === undefined) {
      gatherPrefixed(plan, plan.prefixes, name, prefixed, (before) => (before === undefined ? value : `${before},${value}`));
      continue;
    }
    const before = texts[position];
    texts[position] = before === undefined ? value : `${before},${value}`;
  }
  for (const [given, value] of form) {
    const name = given.toLowerCase();
    const position = plan.form.get(name);
    if (position === undefined) gatherPrefixed(plan, plan.formPrefixes, name, prefixed, (before) => before ?? value);
    else texts[position] ??= value;
  }
  return { texts, prefixed };
}

function gatherPrefixed(
  plan: MemberPlan,
  prefixes: MemberPlan['prefixes'],
  name: string,
  prefixed: (Map<string, string> | undefined)[],
  join: (before: string | undefined) => string,
): void {
  for (const { prefix, position } of prefixes) {
    if (!name.startsWith(prefix)) continue;
    const rest = name.slice(prefix.length);
    if (plan.head[position]?.member.accepts?.(rest) === false) continue;
    const found = prefixed[position] ?? new Map<string, string>();
    found.set(rest, join(found.get(rest)));
    prefixed[position] = found;
  }
}
