/** Requests by their definitions: what a client encodes and a server decodes, by walking the same members. */
import { gatherHead } from './decode-members.ts';
import { isDocumentedHeader } from './documented.ts';
import { encodeHeadMembers, type FieldValues, wellFormed } from './encode-members.ts';
import { ServiceError } from './errors.ts';
import { malformedBody, malformedMember, missingMember, refusedDocument, refusedMember } from './member-fault.ts';
import { type MemberPlan, memberPlan } from './member-plan.ts';
import { type Body, type FormField, type HeaderField, headerText, type QueryField, queryOf, type RequestMessage } from './message.ts';
import { type Context, type Definition, Malformed, type Member, type RequestOf } from './operation.ts';
import { escapeRequest, XmlFault, xmlText } from './xml.ts';
import { buildXml, ElementMalformed, readXml } from './xml-codec.ts';

/** The context that a request makes for its own codecs and for those of its answer. */
export function contextOf(query: readonly QueryField[], headers: readonly HeaderField[] = []): Context {
  const hasCallback = queryOf(query, 'callback') !== undefined || headers.some(([name]) => name.toLowerCase() === 'x-oss-callback');
  return { ...(queryOf(query, 'encoding-type') === 'url' ? { encodingType: 'url' } : {}), ...(hasCallback ? { hasCallback } : {}) };
}

/** Whether the body of a request is a document or a text that is read whole. */
export function hasDocument({ request, requestRoot }: Definition): boolean {
  return requestRoot !== undefined || memberPlan(request, requestRoot).text !== undefined;
}

/** The field of a request that is its body, where the body is bytes. */
export function streamField(definition: Definition): string | undefined {
  return memberPlan(definition.request, definition.requestRoot).stream;
}

/**
 * The message of a request. Everything that cannot travel is refused here, before anything is sent: a TypeError that begins with the field's
 * name. What a server may judge (lengths, ranges of numbers) is left to it.
 */
export function encodeRequest<D extends Definition>(definition: D, request: RequestOf<D>): RequestMessage {
  const plan = memberPlan(definition.request, definition.requestRoot);
  const values = request as FieldValues;
  const query: QueryField[] = (definition.marks.query ?? [])
    .filter((name) => !isSent(plan, name, values))
    .map((name): QueryField => [name, undefined]);
  const headers: HeaderField[] = [];
  const form: FormField[] = [];
  const { encodingType } = values;
  const context: Context = encodingType === 'url' ? { encodingType } : {};
  encodeHeadMembers(plan, values, context, { query, headers, form });
  const body = encodeBody(definition, plan, values, context);
  if (plan.document !== undefined && body !== undefined && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['Content-Type', 'application/xml']);
  }
  return {
    method: definition.method,
    ...addressPart('bucket', plan.bucket, values),
    ...addressPart('key', plan.key, values),
    query,
    headers,
    ...(definition.form === undefined ? {} : { form }),
    ...(body === undefined ? {} : { body }),
  };
}

/**
 * The members of the head: everything but the body. The first member, in the definition's order, that is missing, malformed, or not built here
 * becomes the fault; all others are decoded, so that a caller can be judged before its mistakes are told. A header that OSS documents for
 * the operation and no member names is a fault as well.
 */
export function decodeHead<D extends Definition>(
  definition: D,
  message: RequestMessage,
): { readonly request: Partial<RequestOf<D>>; readonly fault: ServiceError | undefined } {
  const plan = memberPlan(definition.request, definition.requestRoot);
  const context = contextOf(message.query);
  const { texts, prefixed } = gatherHead(plan, message);
  const request: Record<string, unknown> = {};
  let fault: ServiceError | undefined;
  if (plan.bucket !== undefined && message.bucket !== undefined) request[plan.bucket] = message.bucket;
  if (plan.key !== undefined && message.key !== undefined) request[plan.key] = message.key;
  for (const [position, { field, member }] of plan.head.entries()) {
    try {
      if (member.place === 'headers' || member.place === 'forms') {
        decodePrefixed(field, member, prefixed[position], context, request);
      } else {
        const isMark = member.place === 'query' && definition.marks.query?.includes(member.name) === true;
        // The sub-resource stands for the operation; without a value it says nothing more.
        const text = isMark && texts[position] === '' ? undefined : texts[position];
        decodeText(field, member, text, context, request);
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      fault ??= error;
    }
  }
  return { request: request as Partial<RequestOf<D>>, fault: fault ?? undocumentedRefusal(definition, plan, message.headers) };
}

/**
 * The members of the XML body, or the text that the body is. Throws ServiceError: `MalformedXML` for what is not the document, or longer than the definition allows; the
 * error of the member for a text that its codec refuses. `{}` where the definition has no such body.
 */
export function decodeRequestBody<D extends Definition>(definition: D, bytes: Uint8Array, context: Context): Partial<RequestOf<D>> {
  const plan = memberPlan(definition.request, definition.requestRoot);
  const { document } = plan;
  if (plan.text !== undefined) {
    const { text } = plan;
    return readBody(definition, () => ({ [text]: plainText(bounded(definition, bytes)) })) as Partial<RequestOf<D>>;
  }
  if (document === undefined) return {};
  const isAbsent = bytes.length === 0 && definition.requestBody === 'optional';
  const record = isAbsent ? {} : readBody(definition, () => readXml(document, xmlText(bounded(definition, bytes)), context));
  for (const { field, member } of plan.xml) {
    if (record[field] === undefined && member.xml?.many === true && member.need === 'required') record[field] = [];
    if (record[field] === undefined) continue;
    if (member.refused === true) throw refusedMember(member, '');
    judge(member, record[field], (malformed) => refusedDocument(definition, member, malformed));
  }
  return record as Partial<RequestOf<D>>;
}

function isSent(plan: MemberPlan, name: string, values: FieldValues): boolean {
  const placed = plan.head[plan.query.get(name) ?? -1];
  return placed !== undefined && (placed.member.group === true || values[placed.field] !== undefined || placed.member.need === 'required');
}

function addressPart(
  part: 'bucket' | 'key',
  field: string | undefined,
  values: FieldValues,
): { readonly bucket?: string; readonly key?: string } {
  if (field === undefined) return {};
  const value = values[field];
  if (typeof value !== 'string') throw new TypeError(`${field} is missing`);
  // With an empty name the request would be one for what is above: DeleteObject would delete the bucket.
  if (value === '') throw new TypeError(`${field} must not be empty`);
  return { [part]: wellFormed(field, value) };
}

function encodeBody(definition: Definition, plan: MemberPlan, values: FieldValues, context: Context): Body | undefined {
  if (plan.document !== undefined) {
    const hasValue = plan.xml.some(({ field }) => {
      const value = values[field];
      return value !== undefined && !(Array.isArray(value) && value.length === 0);
    });
    if (definition.requestBody === 'optional' && !hasValue) return undefined;
    return new TextEncoder().encode(buildXml(plan.document, values, context, escapeRequest));
  }
  if (plan.text !== undefined) {
    const text = values[plan.text];
    if (typeof text !== 'string') throw new TypeError(`${plan.text} must be a text`);
    return new TextEncoder().encode(wellFormed(plan.text, text));
  }
  if (plan.stream === undefined) return undefined;
  const body = values[plan.stream];
  if (body === undefined) return undefined;
  if (!isBody(body)) throw new TypeError(`${plan.stream} must be bytes or an async iterable of bytes`);
  return body;
}

function isBody(value: unknown): value is Body {
  return value instanceof Uint8Array || (typeof value === 'object' && value !== null && Symbol.asyncIterator in value);
}

function decodeText(field: string, member: Member, raw: string | undefined, context: Context, request: Record<string, unknown>): void {
  if (raw === undefined) {
    if (member.need === 'required') throw missingMember(member, context);
    return;
  }
  const text = textOf(member, member.name, raw);
  if (member.refused === true || member.refused?.(text) === true) throw refusedMember(member, text);
  const value = decodeValue(member, member.name, text, context);
  judge(member, value, (malformed) => malformedMember(member, member.name, text, malformed));
  if (member.group === true) Object.assign(request, value);
  else request[field] = value;
}

function decodePrefixed(
  field: string,
  member: Member,
  found: ReadonlyMap<string, string> | undefined,
  context: Context,
  request: Record<string, unknown>,
): void {
  if (found === undefined) {
    if (member.need === 'required') throw missingMember(member, context);
    return;
  }
  if (member.refused !== undefined) throw refusedMember(member, '');
  const entries = [...found].map(([rest, raw]): [string, unknown] => {
    const name = member.name + rest;
    return [rest, decodeValue(member, name, textOf(member, name, raw), context)];
  });
  // Not by assignment: a header may be called `__proto__`.
  const record = Object.fromEntries(entries);
  judge(member, record, (malformed) => malformedMember(member, member.name, '', malformed));
  request[field] = record;
}

function textOf(member: Member, name: string, raw: string): string {
  if (member.place === 'query' || member.place === 'form' || member.place === 'forms') return raw;
  const text = headerText(raw);
  if (text === undefined) throw malformedMember(member, name, raw, new Malformed(`The value of ${name} is not UTF-8.`));
  return text;
}

function decodeValue(member: Member, name: string, text: string, context: Context): unknown {
  try {
    return member.codec === undefined ? text : member.codec.decode(text, context);
  } catch (error) {
    throw error instanceof Malformed ? malformedMember(member, name, text, error) : error;
  }
}

function judge(member: Member, value: unknown, refuse: (malformed: Malformed) => ServiceError): void {
  try {
    member.judge?.(value);
  } catch (error) {
    throw error instanceof Malformed ? refuse(error) : error;
  }
}

function undocumentedRefusal(definition: Definition, plan: MemberPlan, headers: readonly HeaderField[]): ServiceError | undefined {
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    if (!plan.headers.has(name) && isDocumentedHeader(definition.name, name)) {
      return refusedMember({ place: 'header', name: given, need: 'optional' }, value);
    }
  }
  return undefined;
}

function plainText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new XmlFault('The body is not UTF-8.');
  }
}

function bounded(definition: Definition, bytes: Uint8Array): Uint8Array {
  if (bytes.length > definition.bodyLimitBytes) {
    throw new XmlFault(`The document has ${bytes.length} bytes; at most ${definition.bodyLimitBytes} are allowed.`);
  }
  return bytes;
}

function readBody(definition: Definition, read: () => Record<string, unknown>): Record<string, unknown> {
  try {
    return read();
  } catch (error) {
    if (error instanceof XmlFault || error instanceof ElementMalformed) throw malformedBody(definition, error);
    throw error;
  }
}
