import { createClient, createMemoryTransport, type Methods, type PresignedRequest } from '@ossature/client';
import { type Definition, decodeResult, headerBytes, operations, type RawRequest, streamField } from '@ossature/protocol';
import { expect, it } from 'vitest';
import { answerOf, startTestServer, type TestServer, testAccount } from '../sender.test.support.ts';
import { bucket, key, samples } from './presigned-samples.test.support.ts';

const versions = ['V1', 'V2', 'V4'] as const;

function clientOf(test: TestServer, signatureVersion: (typeof versions)[number]) {
  return createClient({
    endpoint: 'http://127.0.0.1',
    region: 'cn-hangzhou',
    credentials: testAccount,
    signatureVersion,
    clock: test.clock,
    transport: createMemoryTransport((request) => test.server.handle(request)),
  });
}

/** What anybody sends who has the URL: nothing but what it says must be sent, and the bytes of an upload. */
function bareRequest({ method, url, signedHeaders, body }: PresignedRequest, definition: Definition): RawRequest {
  const sent = body ?? (streamField(definition) === undefined ? undefined : new TextEncoder().encode('hello'));
  const { host, origin } = new URL(url);
  return {
    method,
    target: url.slice(origin.length),
    headers: [
      ['Host', host],
      ...Object.entries(signedHeaders).map(([name, value]) => [name, headerBytes(value)] as const),
      ...(sent === undefined ? [] : [['Content-Length', String(sent.length)] as const]),
    ],
    ...(sent === undefined ? {} : { body: sent }),
  };
}

async function send(test: TestServer, request: RawRequest) {
  const response = await test.server.handle(request);
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(Buffer.from(chunk));
  return answerOf(response.status, response.headers, Buffer.concat(chunks));
}

/** The request with another signature of the same form. */
function forged(request: RawRequest): RawRequest {
  const target = request.target.replace(
    /((?:x-oss-s|S)ignature=)([^&])/,
    (_, name: string, first: string) => name + (first === '0' ? '1' : '0'),
  );
  expect(target).not.toBe(request.target);
  return { ...request, target };
}

const cases = (Object.keys(samples) as (keyof Methods)[]).flatMap((operation) => versions.map((version) => ({ operation, version })));

it.each(cases)('$operation by a URL of $version', async ({ operation, version }) => {
  const definition: Definition = operations[operation];
  const test = await startTestServer({ buckets: [bucket] });
  try {
    const client = clientOf(test, version);
    await client.putObject({ bucket, key, body: 'before' });
    const request = await samples[operation](client, test.clock);
    const presigned = await client.presign(operation, request as never, { expiresSeconds: 60 });
    const raw = bareRequest(presigned, definition);
    if (definition.preflight !== true) {
      const refused = await send(test, forged(raw));
      expect([refused.status, refused.code]).toEqual([403, 'SignatureDoesNotMatch']);
    }
    const { status, headers, bytes, text } = await send(test, raw);
    expect(Object.keys(definition.results), text).toContain(String(status));
    expect(decodeResult(definition, { status, headers, body: bytes }, { encodingType: 'url' })).toMatchObject({ statusCode: status });
  } finally {
    await test.server.close();
  }
});
