/** Runs a wire case four ways: the client encodes, the server decodes, the server encodes, the client decodes. */
import { type Body, type HeaderField, headerBytes, type QueryField, type RequestMessage } from '../message.ts';
import type { Context } from '../operation.ts';
import { contextOf, decodeHead, decodeRequestBody, encodeRequest, streamField } from '../request.ts';
import { decodeResult, encodeResult } from '../result.ts';
import type { WireCase, WirePair, WireRequest, WireResponse } from './case.ts';

/** One direction of a case: what came out, and what should have. Both are plain data, to be compared deeply. */
export interface WireCheck {
  readonly way: 'client encodes' | 'server decodes' | 'server encodes' | 'client decodes';
  readonly actual: unknown;
  readonly expected: unknown;
}

/** The checks of a case; those that the case excludes, with its reason, are not among them. Throws what an encoder or a decoder throws. */
export function runCase(wire: WireCase): readonly WireCheck[] {
  return [
    ...(wire.request === undefined ? [] : requestChecks(wire, wire.request)),
    ...(wire.response === undefined ? [] : responseChecks(wire, wire.response)),
  ];
}

function requestChecks({ definition }: WireCase, { value, message, only }: WirePair<unknown, WireRequest>): readonly WireCheck[] {
  const checks: WireCheck[] = [];
  if (only?.way !== 'decode') {
    const actual = encodeRequest(definition, value as never);
    checks.push({
      way: 'client encodes',
      actual: comparable(actual),
      expected: { ...comparable(onWire(message)), method: definition.method },
    });
  }
  if (only?.way !== 'encode') {
    const { body, ...head } = messageOf(definition.method, message);
    const { request, fault } = decodeHead(definition, head);
    if (fault !== undefined) throw fault;
    const stream = streamField(definition);
    const fields =
      stream === undefined ? decodeRequestBody(definition, body ?? new Uint8Array(0), contextOf(head.query)) : { [stream]: body };
    checks.push({ way: 'server decodes', actual: { ...request, ...fields }, expected: value });
  }
  return checks;
}

function responseChecks(wire: WireCase, { value, message, only }: WirePair<unknown, WireResponse>): readonly WireCheck[] {
  const { definition } = wire;
  const { statusCode: status } = value as { readonly statusCode: number };
  const context: Context = contextOf(wire.request?.message.query ?? [], wire.request?.message.headers);
  const checks: WireCheck[] = [];
  if (only?.way !== 'decode') {
    const actual = encodeResult(definition, value as never, context);
    checks.push({
      way: 'server encodes',
      actual: { ...comparable(actual), status: actual.status },
      expected: { ...comparable(onWire(message)), status },
    });
  }
  if (only?.way !== 'encode') {
    const actual = decodeResult(definition, { status, ...onWire(message) }, context);
    checks.push({ way: 'client decodes', actual, expected: value });
  }
  return checks;
}

function messageOf(method: RequestMessage['method'], message: WireRequest): Omit<RequestMessage, 'body'> & { readonly body?: Uint8Array } {
  return { ...onWire(message), method, query: message.query ?? [] };
}

/** A message of a case with its texts turned into bytes. */
function onWire<M extends WireRequest | WireResponse>({
  headers,
  body,
  ...rest
}: M): Omit<M, 'headers' | 'body'> & { readonly headers: readonly HeaderField[]; readonly body?: Uint8Array } {
  return {
    ...rest,
    headers: (headers ?? []).map(([name, value]): HeaderField => [name, headerBytes(value)]),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? new TextEncoder().encode(body) : body }),
  };
}

interface Comparable {
  readonly bucket?: string;
  readonly key?: string;
  readonly query?: readonly QueryField[];
  readonly headers?: readonly HeaderField[];
  readonly body?: Body;
}

/** A message in which order between names and letter case of header names do not matter, and bodies are readable. */
function comparable({ query, headers, body, ...rest }: Comparable): Readonly<Record<string, unknown>> {
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : Number(a > b));
  const fields = (headers ?? []).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    ...rest,
    query: [...(query ?? [])].sort(byName),
    headers: fields.sort(byName),
    body: body instanceof Uint8Array ? readable(body) : body,
  };
}

function readable(bytes: Uint8Array): string | readonly number[] {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return [...bytes];
  }
}
