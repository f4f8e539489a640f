import type { MemberPlan } from './member-plan.ts';
import type { HeaderField, QueryField } from './message.ts';

/** What a message says of each member of the head, by its position in the plan: nothing decoded yet, header values as byte strings. */
export interface GatheredHead {
  readonly texts: readonly (string | undefined)[];
  /** For the members that stand for a prefix: names without it, in lower case, and values. */
  readonly prefixed: readonly (Map<string, string> | undefined)[];
}

/** Finds the members of a head in one pass: of a query parameter the first counts, headers of one name are joined by `,`. */
export function gatherHead(plan: MemberPlan, query: readonly QueryField[], headers: readonly HeaderField[]): GatheredHead {
  const texts = new Array<string | undefined>(plan.head.length).fill(undefined);
  const prefixed = new Array<Map<string, string> | undefined>(plan.head.length).fill(undefined);
  for (const [name, value] of query) {
    const position = plan.query.get(name);
    if (position !== undefined) texts[position] ??= value ?? '';
  }
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    const position = plan.headers.get(name);
    if (position !== undefined) {
      const before = texts[position];
      texts[position] = before === undefined ? value : `${before},${value}`;
      continue;
    }
    for (const { prefix, position: at } of plan.prefixes) {
      if (!name.startsWith(prefix)) continue;
      const found = prefixed[at] ?? new Map<string, string>();
      const rest = name.slice(prefix.length);
      const before = found.get(rest);
      found.set(rest, before === undefined ? value : `${before},${value}`);
      prefixed[at] = found;
    }
  }
  return { texts, prefixed };
}
