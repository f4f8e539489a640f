import type { HeadMember, MemberPlan } from './member-plan.ts';
import { type FormField, type HeaderField, headerBytes, type QueryField } from './message.ts';
import { type Context, Malformed, type Member } from './operation.ts';

/** A record of field values, as far as the loops know it: its type is that of the definition. */
export type FieldValues = Readonly<Record<string, unknown>>;

/** Where encoded members go. */
export interface EncodedHead {
  readonly query: QueryField[];
  readonly headers: HeaderField[];
  readonly form?: FormField[];
}

/**
 * Encodes the members of the head, in their order. Throws TypeError, with the field's name first, for a required value that is missing, one that
 * its codec refuses, and text that cannot travel where it should.
 */
export function encodeHeadMembers(plan: MemberPlan, values: FieldValues, context: Context, into: EncodedHead): void {
  for (const placed of plan.head) {
    const { field, member } = placed;
    if (member.place === 'headers') {
      for (const [name, given, text] of encodePrefixed(placed, values[field], context)) into.headers.push([name, headerValue(given, text)]);
      continue;
    }
    if (member.place === 'forms') {
      for (const [name, given, text] of encodePrefixed(placed, values[field], context)) into.form?.push([name, wellFormed(given, text)]);
      continue;
    }
    const text = encodeText(placed, values, context);
    if (text === undefined) continue;
    if (member.place === 'query') into.query.push([member.name, wellFormed(field, text)]);
    else if (member.place === 'form') into.form?.push([member.name, wellFormed(field, text)]);
    else into.headers.push([member.name, headerValue(field, text)]);
  }
}

/** The text of a member; `undefined` where there is no value. */
function encodeText({ field, member }: HeadMember, values: FieldValues, context: Context): string | undefined {
  const value = member.group === true ? values : values[field];
  if (value === undefined) {
    if (member.need === 'required') throw new TypeError(`${field} is missing`);
    return undefined;
  }
  const text = encodeValue(field, member, value, context);
  return member.group === true && text === '' ? undefined : text;
}

function encodeValue(field: string, member: Member, value: unknown, context: Context): string {
  try {
    const text: unknown = member.codec === undefined ? value : member.codec.encode(value, context);
    if (typeof text !== 'string') throw new TypeError('not of the documented type');
    return text;
  } catch (error) {
    if (error instanceof Malformed || error instanceof TypeError) throw new TypeError(`${field}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The members of a prefix: the name on the wire, the field as errors name it, and the text. */
function encodePrefixed(
  { field, member }: HeadMember,
  value: unknown,
  context: Context,
): readonly (readonly [name: string, given: string, text: string])[] {
  if (value === undefined) {
    if (member.need === 'required') throw new TypeError(`${field} is missing`);
    return [];
  }
  if (typeof value !== 'object' || value === null) throw new TypeError(`${field} must be a record of texts`);
  const names = new Set<string>();
  return Object.entries(value).map(([given, item]) => {
    const name = given.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))
      throw new TypeError(`${field}: ${JSON.stringify(given)} cannot be part of a header's name`);
    if (names.has(name)) throw new TypeError(`${field}: ${name} stands twice, in different letter case`);
    names.add(name);
    return [member.name + name, `${field}.${given}`, encodeValue(`${field}.${given}`, member, item, context)];
  });
}

/** A header's value as byte string; nothing that would end the header or vanish on the way may be in it. */
function headerValue(field: string, text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether there are control characters
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) throw new TypeError(`${field} has control characters, which a header cannot carry`);
  return headerBytes(wellFormed(field, text));
}

/** Throws TypeError for a lone surrogate: it has no UTF-8, and would silently become another character. */
export function wellFormed(field: string, text: string): string {
  if (/[\ud800-\udfff]/u.test(text)) throw new TypeError(`${field} is not well-formed text: it has half of a surrogate pair`);
  return text;
}
