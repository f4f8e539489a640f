import type { HeaderField, RawRequest, RawResponse } from '@ossature/protocol';
import { createMemoryTransport } from './memory-transport.ts';
import type { Origin, Transport } from './transport.ts';

/** An answer as a test writes it down. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** An error breaks the exchange off; a function sees the request, and `never` is no answer at all. */
export type ScriptedStep = ScriptedAnswer | Error | 'never' | ((request: SentRequest) => ScriptedAnswer | Error | Promise<ScriptedAnswer>);

export interface SentRequest {
  readonly origin: Origin;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly raw: RawRequest;
}

export interface ScriptedTransport extends Transport {
  /** What was sent, in order, bodies read to their end. */
  readonly requests: readonly SentRequest[];
}

/** A transport for tests that answers by a script, one step a request, and fails when it runs out. */
export function scriptedTransport(...steps: readonly ScriptedStep[]): ScriptedTransport {
  const requests: SentRequest[] = [];
  const send = async (origin: Origin, raw: RawRequest): Promise<RawResponse> => {
    const request: SentRequest = {
      origin,
      method: raw.method,
      target: raw.target,
      headers: Object.fromEntries(raw.headers.map(([name, value]) => [name.toLowerCase(), value])),
      body: await collect(raw.body),
      raw,
    };
    const step = steps[requests.push(request) - 1];
    if (step === undefined) throw new Error(`The script has no step for ${raw.method} ${raw.target}.`);
    if (step === 'never') return new Promise(() => undefined);
    const answer = typeof step === 'function' ? await step(request) : step;
    if (answer instanceof Error) throw answer;
    return { status: answer.status, headers: fieldsOf(answer), body: bodyOf(answer.body) };
  };
  return {
    requests,
    send: (origin, request) => createMemoryTransport((raw) => send(origin, raw)).send(origin, request),
    close: async () => undefined,
  };
}

/** An error document of the service. */
export function errorAnswer(status: number, code: string, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}.</Message><RequestId>R</RequestId><HostId>h</HostId></Error>`;
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

function fieldsOf(answer: ScriptedAnswer): HeaderField[] {
  return Object.entries({ 'x-oss-request-id': 'REQUEST-ID', ...answer.headers });
}

async function* bodyOf(body: ScriptedAnswer['body']): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  if (typeof body === 'string') yield new TextEncoder().encode(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

async function collect(body: RawRequest['body']): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk.slice());
  return new Uint8Array(Buffer.concat(chunks));
}
