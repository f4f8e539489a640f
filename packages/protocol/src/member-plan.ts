import type { Member, Members, XmlField } from './operation.ts';
import { type XmlDocument, xmlDocument } from './xml-codec.ts';

/** A member that is a text of the head: in the query, a header, or all headers of a prefix. */
export interface HeadMember {
  /** The field of the record. */
  readonly field: string;
  readonly member: Member;
}

interface Prefix {
  readonly prefix: string;
  readonly position: number;
}

const headPlaces: ReadonlySet<Member['place']> = new Set(['query', 'header', 'headers', 'form', 'forms']);

/** The members of a request or result sorted by their places; made once of each definition, so that no message is matched by search. */
export interface MemberPlan {
  /** The fields that take bucket and key of the address. */
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** In the order of the definition, which is the order of faults. */
  readonly head: readonly HeadMember[];
  /** Positions in `head` by the name of the query parameter. */
  readonly query: ReadonlyMap<string, number>;
  /** Positions in `head` by the header's name in lower case. */
  readonly headers: ReadonlyMap<string, number>;
  /** Prefixes of header names, in lower case, with their positions in `head`. */
  readonly prefixes: readonly Prefix[];
  /** The same of form fields. */
  readonly form: ReadonlyMap<string, number>;
  readonly formPrefixes: readonly Prefix[];
  /** The field that is the body itself. */
  readonly stream: string | undefined;
  /** The field that is the body as a text. */
  readonly text: string | undefined;
  /** The field that is what a callback answered. */
  readonly callback: string | undefined;
  readonly xml: readonly HeadMember[];
  /** The XML body, where there is one. */
  readonly document: XmlDocument | undefined;
}

const plans = new WeakMap<Members, MemberPlan>();

/** The plan of a record of members. Throws TypeError where two members claim the same place: such a definition says nothing. */
export function memberPlan(members: Members, root?: string): MemberPlan {
  let plan = plans.get(members);
  if (plan === undefined) {
    plan = makePlan(members, root);
    plans.set(members, plan);
  }
  return plan;
}

function makePlan(members: Members, root: string | undefined): MemberPlan {
  const all = Object.entries(members).map(([field, member]) => ({ field, member }));
  const at = (place: Member['place']) => all.filter(({ member }) => member.place === place);
  const head = all.filter(({ member }) => headPlaces.has(member.place));
  const xml = at('xml');
  const fields: Record<string, XmlField> = {};
  for (const { field, member } of xml) {
    if (member.xml === undefined) throw new TypeError(`${field} says no element`);
    fields[field] = member.xml;
  }
  return {
    bucket: single(at('bucket'), 'bucket'),
    key: single(at('key'), 'key'),
    head,
    query: positions(head, 'query', (name) => name),
    headers: positions(head, 'header', (name) => name.toLowerCase()),
    prefixes: prefixesOf(head, 'headers'),
    form: positions(head, 'form', (name) => name.toLowerCase()),
    formPrefixes: prefixesOf(head, 'forms'),
    stream: single(at('stream'), 'stream'),
    text: single(at('text'), 'text'),
    callback: single(at('callback'), 'callback answer'),
    xml,
    document: root === undefined && xml.length === 0 ? undefined : xmlDocument(root, fields),
  };
}

function single(found: readonly HeadMember[], place: string): string | undefined {
  if (found.length > 1) throw new TypeError(`Only one member may be the ${place}`);
  return found[0]?.field;
}

function prefixesOf(head: readonly HeadMember[], place: Member['place']): readonly Prefix[] {
  return head.flatMap(({ member }, position) => (member.place === place ? [{ prefix: member.name.toLowerCase(), position }] : []));
}

function positions(head: readonly HeadMember[], place: Member['place'], key: (name: string) => string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [position, { member }] of head.entries()) {
    if (member.place !== place) continue;
    const name = key(member.name);
    if (found.has(name)) throw new TypeError(`Two members claim the ${place} ${name}`);
    found.set(name, position);
  }
  return found;
}
