/** Results by their definitions: what a server encodes and a client decodes, by walking the same members. */
import { gatherHead } from './decode-members.ts';
import { encodeHeadMembers, type FieldValues } from './encode-members.ts';
import { ServiceError } from './errors.ts';
import { type HeadMember, type MemberPlan, memberPlan } from './member-plan.ts';
import { type Body, type HeaderField, headerOf, headerText, type ResponseMessage } from './message.ts';
import { type Context, type Definition, Malformed, type Member, type ResultOf, type ResultShape } from './operation.ts';
import { escapeAnswer, XmlFault, xmlText } from './xml.ts';
import { buildXml, ElementMalformed, readXml, type XmlDocument } from './xml-codec.ts';

/** Whether an answer may have a body at all (RFC 9110, section 6.4.1). */
export function hasBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304;
}

/**
 * The message of a result, without the headers that every answer has and without `Content-Length` of what is built here. Throws TypeError, with the
 * field's name first, for a result that its definition does not allow: that is a mistake of the handler.
 */
export function encodeResult<D extends Definition>(definition: D, result: ResultOf<D>, context: Context): ResponseMessage {
  const values = result as FieldValues & { readonly statusCode: number };
  const status = values.statusCode;
  const shape = shapeOf(definition, status);
  if (shape === undefined) throw new TypeError(`${definition.name} has no result of status ${status}`);
  const plan = memberPlan(shape.members, shape.root);
  const headers: HeaderField[] = [];
  encodeHeadMembers(plan, values, context, { query: [], headers });
  const body = hasBody(definition.method, status) ? encodeBody(plan, shape, values, context) : undefined;
  const contentType = contentTypeOf(plan, callbackAnswerOf(plan, values));
  if (contentType !== undefined && body !== undefined && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['Content-Type', contentType]);
  }
  return { status, headers, ...(body === undefined ? {} : { body }) };
}

/** An answer as a client has it: an XML body read whole, any other as it streams. */
export interface ReceivedResponse {
  readonly status: number;
  readonly headers: readonly HeaderField[];
  readonly body?: Body | undefined;
}

/**
 * The result of an answer of one of the declared statuses. Names are decoded where the document itself says that they are encoded
 * (`EncodingType`), or the context says so for one that has no such element. Throws ServiceError `BadResponse` for an answer that does not hold
 * what its operation promises.
 */
export function decodeResult<D extends Definition>(definition: D, response: ReceivedResponse, context: Context): ResultOf<D> {
  const { status } = response;
  const shape = shapeOf(definition, status);
  if (shape === undefined) throw badResponse(response, `${definition.name} has no result of status ${status}.`);
  const plan = memberPlan(shape.members, shape.root);
  const result: Record<string, unknown> = { statusCode: status };
  const { texts, prefixed } = gatherHead(plan, response);
  for (const [position, placed] of plan.head.entries()) {
    const { field, member } = placed;
    if (member.place === 'headers') {
      const found = prefixed[position];
      if (found !== undefined) {
        result[field] = Object.fromEntries(
          [...found].map(([rest, raw]) => [rest, decodeHeader(response, member, member.name + rest, raw, context)]),
        );
      }
      continue;
    }
    decodeField(response, placed, texts[position], context, result);
  }
  if (hasBody(definition.method, status)) decodeBody(plan, shape, response, context, result);
  return result as ResultOf<D>;
}

function shapeOf(definition: Definition, status: number): ResultShape | undefined {
  return Object.hasOwn(definition.results, status) ? definition.results[status] : undefined;
}

/** What a callback answered: JSON, or an XML document. */
function callbackAnswerOf(plan: MemberPlan, values: FieldValues): string | undefined {
  const answered = plan.callback === undefined ? undefined : values[plan.callback];
  return typeof answered === 'string' ? answered : undefined;
}

function contentTypeOf(plan: MemberPlan, callbackAnswer: string | undefined): string | undefined {
  if (callbackAnswer !== undefined) return callbackAnswer.startsWith('<') ? 'application/xml' : 'application/json';
  return plan.document === undefined ? undefined : 'application/xml';
}

function encodeBody(plan: MemberPlan, shape: ResultShape, values: FieldValues, context: Context): Body | undefined {
  const answered = callbackAnswerOf(plan, values);
  if (answered !== undefined) return new TextEncoder().encode(answered);
  if (plan.document !== undefined) {
    if (shape.noEmptyRoot === true && plan.xml.every(({ field }) => values[field] === undefined)) return undefined;
    return new TextEncoder().encode(buildXml(plan.document, values, context, escapeAnswer));
  }
  if (plan.text !== undefined) return new TextEncoder().encode(String(values[plan.text] ?? ''));
  return plan.stream === undefined ? undefined : (values[plan.stream] as Body | undefined);
}

function decodeField(
  response: ReceivedResponse,
  { field, member }: HeadMember,
  raw: string | undefined,
  context: Context,
  result: Record<string, unknown>,
): void {
  if (raw === undefined) {
    if (member.need === 'required') throw badResponse(response, `The header ${member.name} is missing.`);
    return;
  }
  const value = decodeHeader(response, member, member.name, raw, context);
  if (member.group === true) Object.assign(result, value);
  else result[field] = value;
}

function decodeHeader(response: ReceivedResponse, member: Member, name: string, raw: string, context: Context): unknown {
  // Bytes that are not UTF-8 were stored by somebody else's program. They are shown one character a byte: an object must stay readable.
  const text = headerText(raw) ?? raw;
  try {
    return member.codec === undefined ? text : member.codec.decode(text, context);
  } catch (error) {
    throw error instanceof Malformed ? badResponse(response, `${name}: ${error.message}`, error) : error;
  }
}

function decodeBody(
  plan: MemberPlan,
  shape: ResultShape,
  response: ReceivedResponse,
  context: Context,
  result: Record<string, unknown>,
): void {
  const { body } = response;
  if (context.hasCallback === true && plan.callback !== undefined && body instanceof Uint8Array) {
    result[plan.callback] = new TextDecoder().decode(body);
    return;
  }
  if (plan.text !== undefined) {
    result[plan.text] = body instanceof Uint8Array ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(body) : '';
    return;
  }
  if (plan.document === undefined) {
    if (plan.stream !== undefined && body !== undefined) result[plan.stream] = body;
    return;
  }
  const bytes = body ?? new Uint8Array(0);
  if (!(bytes instanceof Uint8Array)) throw new TypeError('An XML body has to be read before it is decoded');
  if (bytes.length === 0 && shape.noEmptyRoot === true) {
    for (const { field, member } of plan.xml) if (member.xml?.many === true && member.need === 'required') result[field] = [];
    return;
  }
  Object.assign(result, readAnswer(plan, plan.document, response, bytes, context));
}

function readAnswer(
  plan: MemberPlan,
  document: XmlDocument,
  response: ReceivedResponse,
  bytes: Uint8Array,
  context: Context,
): Record<string, unknown> {
  try {
    const text = xmlText(bytes);
    return readXml(document, text, contextOfDocument(plan, text, context));
  } catch (error) {
    if (error instanceof XmlFault || error instanceof ElementMalformed) throw badResponse(response, error.message, error);
    throw error;
  }
}

/**
 * Whether names are encoded, as the document has it: services differ in which lists honour `encoding-type`, and a name that was not
 * encoded must not be decoded. Text cannot look like the element, since its `<` would be escaped.
 */
function contextOfDocument(plan: MemberPlan, text: string, context: Context): Context {
  if (!plan.xml.some(({ member }) => member.name === 'EncodingType')) return context;
  return /<(?:[\w.-]+:)?EncodingType(?:\s[^>]*)?>\s*url\s*</.test(text) ? { encodingType: 'url' } : {};
}

function badResponse(response: ReceivedResponse, message: string, cause?: unknown): ServiceError {
  return new ServiceError('BadResponse', {
    message: `The answer is not what the operation promises. ${message}`,
    statusCode: response.status,
    requestId: headerOf(response.headers, 'x-oss-request-id'),
    cause,
  });
}
