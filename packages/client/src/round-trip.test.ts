import {
  type Definition,
  decodeHead,
  decodeQuery,
  decodeRequestBody,
  headerOf,
  operations,
  percentDecode,
  type RequestMessage,
  readClaim,
  route,
  type SignatureVersion,
  verifyClaim,
} from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestClock } from './clock.test.support.ts';
import { type Client, createClient, type Methods } from './index.ts';
import { type SentRequest, scriptedTransport } from './scripted-transport.test.support.ts';

const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk', securityToken: 'token' };

/** What a server makes of a request: its address by the style, the operation, the sender, and the request's record. */
function receive(sent: SentRequest, style: 'path' | 'virtual', nowMs: number): { operation: string; request: object } {
  const [path = '', rawQuery = ''] = splitOnce(sent.target, '?');
  const names = path.slice(1);
  const [rawBucket, rawKey] = style === 'path' ? splitOnce(names, '/') : [sent.headers['host']?.split('.')[0] ?? '', names];
  const headers = sent.raw.headers;
  const message: RequestMessage = {
    method: sent.method as RequestMessage['method'],
    bucket: rawBucket ?? '',
    ...(rawKey === undefined || rawKey === '' ? {} : { key: percentDecode(rawKey) ?? '' }),
    query: decodeQuery(rawQuery) ?? [],
    headers,
  };
  const level = message.key === undefined ? 'bucket' : 'object';
  const { operation } = route({ method: message.method, level, query: message.query, headers });
  const definition: Definition = operations[operation];
  const claim = readClaim(message);
  if (claim === undefined) throw new Error('anonymous');
  verifyClaim(nodeDigests, message, claim, { secret: credentials.accessKeySecret, nowMs, regions: ['cn-hangzhou'] });
  const { request, fault } = decodeHead(definition, message);
  if (fault !== undefined) throw fault;
  expect(Number(headerOf(headers, 'content-length') ?? '0')).toBe(sent.body.length);
  return { operation, request: { ...request, ...decodeRequestBody(definition, sent.body, {}) } };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => !/^[/\\]|\0|[\uD800-\uDFFF]/u.test(text));
const dotted = fc
  .array(fc.constantFrom('.', '..', 'a', '%2F', '+', ' '), { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join('/'));
const key = fc.oneof(
  name,
  dotted,
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/^[/\\]|\0/.test(text)),
);
const bucket = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{1,20})[a-z0-9]$/);
// XML cannot carry control characters, and header values neither; both are refused before they are sent.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
const printable = key.filter((text) => !/[\x00-\x1f\x7f\ufffe\uffff]/.test(text));
const headerText = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.trim());
const version = fc.constantFrom<SignatureVersion>('V1', 'V2', 'V4');
const etag = fc.stringMatching(/^[0-9A-F]{32}$/);
const tags = fc.uniqueArray(
  fc.record({ key: fc.stringMatching(/^[a-z +=._:/-]{1,10}$/), value: fc.stringMatching(/^[a-z +=._:/世-]{0,10}$/) }),
  {
    selector: (tag) => tag.key,
    maxLength: 10,
  },
);

type Sample = { readonly operation: keyof Methods; readonly request: object };

const samples: fc.Arbitrary<Sample> = fc.oneof(
  fc.record({
    operation: fc.constant('putObject' as const),
    request: fc.record(
      {
        bucket,
        key,
        contentType: headerText.filter((text) => text !== ''),
        metadata: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), headerText, { minKeys: 1, maxKeys: 4 }),
        tagging: tags.filter((list) => list.length > 0),
        acl: fc.constantFrom('private', 'public-read'),
        storageClass: fc.constantFrom('Standard', 'IA', 'Archive'),
        forbidOverwrite: fc.boolean(),
      },
      { requiredKeys: ['bucket', 'key'] },
    ),
  }),
  fc.record({
    operation: fc.constant('copyObject' as const),
    request: fc.record(
      {
        bucket,
        key,
        sourceBucket: bucket,
        sourceKey: key,
        ifMatch: etag,
        ifModifiedSince: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toUTCString()),
        metadataDirective: fc.constantFrom('COPY', 'REPLACE'),
      },
      { requiredKeys: ['bucket', 'key', 'sourceBucket', 'sourceKey'] },
    ),
  }),
  fc.record({
    operation: fc.constant('uploadPartCopy' as const),
    request: fc.record({
      bucket,
      key,
      uploadId: fc.stringMatching(/^[0-9A-F]{32}$/),
      partNumber: fc.integer({ min: 1, max: 10_000 }),
      sourceBucket: bucket,
      sourceKey: key,
      sourceRange: fc.tuple(fc.nat(), fc.nat()).map(([first, more]) => `bytes=${first}-${first + more}`),
    }),
  }),
  fc.record({
    operation: fc.constant('listObjectsV2' as const),
    request: fc.record(
      { bucket, prefix: key, delimiter: key, startAfter: key, maxKeys: fc.integer({ min: 1, max: 1000 }) },
      { requiredKeys: ['bucket'] },
    ),
  }),
  fc.record({
    operation: fc.constant('deleteMultipleObjects' as const),
    request: fc.record({ bucket, quiet: fc.boolean(), objects: fc.array(fc.record({ key: printable }), { minLength: 1, maxLength: 5 }) }),
  }),
  fc.record({
    operation: fc.constant('completeMultipartUpload' as const),
    request: fc.record({
      bucket,
      key,
      uploadId: fc.stringMatching(/^[0-9A-F]{32}$/),
      parts: fc.uniqueArray(fc.record({ partNumber: fc.integer({ min: 1, max: 10_000 }), etag }), {
        minLength: 1,
        maxLength: 5,
        selector: (part) => part.partNumber,
      }),
    }),
  }),
);

describe('what the client sends', () => {
  it.each(['path', 'virtual'] as const)('is what a server reads, in the style %s', async (style) => {
    const clock = new TestClock();
    await fc.assert(
      fc.asyncProperty(samples, version, async ({ operation, request }, signatureVersion) => {
        const transport = scriptedTransport({ status: 404 });
        const endpoint = style === 'path' ? 'http://127.0.0.1:9720' : 'http://oss.example.com';
        const client = createClient({ endpoint, region: 'cn-hangzhou', credentials, signatureVersion, transport, clock });
        const method = client[operation] as Client['putObject'];
        await expect(method(request as never)).rejects.toMatchObject({ statusCode: 404 });
        const [sent] = transport.requests;
        const received = receive(sent as SentRequest, style, clock.now());
        expect(received.operation).toBe(operation);
        expect(received.request).toMatchObject(request);
      }),
      { numRuns: 300 },
    );
  });
});
