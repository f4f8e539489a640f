import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { decodeError, encodeError, isErrorDocument } from './error-document.ts';
import { errorTable, ServiceError } from './errors.ts';
import { headerOf, type ResponseMessage } from './message.ts';

const REQUEST_ID = '65F0A1B2C3D4E5F601020304';
const encoding = { requestId: REQUEST_ID, hostId: 'my-bucket.oss-cn-hangzhou.aliyuncs.com', head: false } as const;
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

function documentOf({ body }: ResponseMessage): string {
  if (!(body instanceof Uint8Array)) expect.unreachable('there should be a body');
  return new TextDecoder().decode(body as Uint8Array);
}

function headDocumentOf({ headers }: ResponseMessage): string {
  return new TextDecoder().decode(decodeBase64(headerOf(headers, 'x-oss-err') ?? ''));
}

describe('encodeError', () => {
  it('writes the document in the order of OSS', () => {
    const answer = encodeError(new ServiceError('NoSuchKey', { elements: { Key: 'dir/missing & gone.bin' } }), encoding);
    expect(answer.status).toBe(404);
    expect(answer.headers).toEqual([
      ['x-oss-ec', '0026-00000001'],
      ['Content-Type', 'application/xml'],
    ]);
    expect(documentOf(answer)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<Error>
  <Code>NoSuchKey</Code>
  <Message>The specified key does not exist.</Message>
  <RequestId>${REQUEST_ID}</RequestId>
  <HostId>my-bucket.oss-cn-hangzhou.aliyuncs.com</HostId>
  <Key>dir/missing &amp; gone.bin</Key>
  <EC>0026-00000001</EC>
  <RecommendDoc>https://api.aliyun.com/troubleshoot?q=0026-00000001</RecommendDoc>
</Error>
`);
  });

  it('orders elements as the table does, unknown ones last, and has no EC where none is known', () => {
    const error = new ServiceError('InvalidPart', { elements: { Other: 'x', UploadId: 'u', ETag: '"A"', PartNumber: '1' } });
    const document = documentOf(encodeError(error, encoding));
    expect(document.match(/<(\w+)>/g)?.slice(5)).toEqual(['<ETag>', '<PartNumber>', '<UploadId>', '<Other>']);
    expect(document).not.toContain('<EC>');
    expect(encodeError(error, encoding).headers).toEqual([['Content-Type', 'application/xml']]);
  });

  it('puts elements with a dot into one another, and reads them back', () => {
    const elements = { 'AccessDeniedDetail.AuthAction': 'oss:Get<Object', Bucket: 'b', 'AccessDeniedDetail.PolicyType': 'SessionPolicy' };
    const answer = encodeError(new ServiceError('AccessDenied', { elements }), encoding);
    expect(documentOf(answer)).toContain(
      '  <Bucket>b</Bucket>\n  <AccessDeniedDetail><AuthAction>oss:Get&lt;Object</AuthAction><PolicyType>SessionPolicy</PolicyType></AccessDeniedDetail>\n',
    );
    const { status, headers } = answer;
    expect(decodeError({ status, headers, body: bytes(documentOf(answer)) }).elements).toEqual(elements);
  });

  it('adds the headers of the error', () => {
    const error = new ServiceError('PositionNotEqualToLength', { headers: { 'x-oss-next-append-position': '7' } });
    expect(encodeError(error, encoding).headers).toContainEqual(['x-oss-next-append-position', '7']);
  });

  it('answers HEAD with a short document in a header', () => {
    const error = new ServiceError('SignatureDoesNotMatch', {
      ec: '0002-00000040',
      elements: {
        StringToSign: 'HEAD\n\n',
        StringToSignBytes: '48 45 41 44 0A 0A ',
        CanonicalRequest: 'HEAD\n/',
        SignatureProvided: 'x'.repeat(5000),
      },
    });
    const answer = encodeError(error, { ...encoding, head: true });
    expect(answer.status).toBe(403);
    expect(answer).not.toHaveProperty('body');
    const document = headDocumentOf(answer);
    expect(document).toContain('<StringToSign>HEAD\n\n</StringToSign>');
    expect(document).not.toMatch(/StringToSignBytes|CanonicalRequest/);
    expect(document.length).toBeLessThan(2000);
    expect(documentOf(encodeError(error, encoding))).toMatch(/StringToSignBytes[\s\S]*CanonicalRequest/);
  });

  it('answers 304 with neither body nor document', () => {
    const error = new ServiceError('NotModified', { headers: { ETag: '"A"' } });
    expect(encodeError(error, encoding)).toEqual({ status: 304, headers: [['ETag', '"A"']] });
    expect(encodeError(error, { ...encoding, head: true })).toEqual({ status: 304, headers: [['ETag', '"A"']] });
  });
});

describe('decodeError', () => {
  it('reads what encodeError writes, of every code of the table', () => {
    for (const head of [false, true]) {
      for (const code of Object.keys(errorTable)) {
        const error = new ServiceError(code, {
          message: `What happened: <${code}>`,
          elements: { Key: 'a\nb', ArgumentName: '中' },
          ec: '0001-00000001',
        });
        const { status, headers, body } = encodeError(error, { ...encoding, head });
        const decoded = decodeError({ status, headers, body: body as Uint8Array | undefined });
        const { statusCode } = error;
        if (statusCode === 304) {
          expect(decoded).toMatchObject({ code, statusCode, ec: '0001-00000001' });
          continue;
        }
        expect(decoded).toMatchObject({
          code,
          statusCode,
          message: error.message,
          ec: error.ec,
          requestId: REQUEST_ID,
          hostId: encoding.hostId,
        });
        expect(decoded.elements).toEqual(error.elements);
      }
    }
  });

  it('keeps codes that nobody knows, and the status as it came', () => {
    const body = bytes('<o:Error xmlns:o="http://doc.oss-cn-hangzhou.aliyuncs.com"><o:Code>Brand.New</o:Code></o:Error>');
    const error = decodeError({
      status: 418,
      headers: [
        ['X-Oss-Request-Id', REQUEST_ID],
        ['Retry-After', '3'],
      ],
      body,
    });
    expect(error).toMatchObject({ code: 'Brand.New', message: 'Brand.New', statusCode: 418, requestId: REQUEST_ID });
    expect(error.headers).toMatchObject({ 'retry-after': '3' });
  });

  it('names nested elements by their path', () => {
    const body = bytes(
      '<Error><Code>AccessDenied</Code><AccessDeniedDetail><AuthAction>oss:GetObject</AuthAction></AccessDeniedDetail></Error>',
    );
    expect(decodeError({ status: 403, headers: [], body }).elements).toEqual({ 'AccessDeniedDetail.AuthAction': 'oss:GetObject' });
  });

  it('reads x-oss-err where there is no body', () => {
    const document = '<Error><Code>NoSuchBucket</Code><Message>m</Message></Error>';
    const headers = [['x-oss-err', encodeBase64(bytes(document))]] as const;
    expect(decodeError({ status: 404, headers })).toMatchObject({ code: 'NoSuchBucket', message: 'm' });
    expect(decodeError({ status: 404, headers, body: bytes('') })).toMatchObject({ code: 'NoSuchBucket' });
  });

  it.each<[string, number, string | undefined, string]>([
    ['304', 304, undefined, 'NotModified'],
    ['412', 412, undefined, 'PreconditionFailed'],
    ['404 of somebody else', 404, undefined, 'BadErrorResponse'],
    ['a page of a proxy', 502, '<html><body>Bad Gateway</body></html>', 'BadErrorResponse'],
    ['half a document', 500, '<Error><Code>Intern', 'BadErrorResponse'],
    ['a document without a code', 500, '<Error><Message>m</Message></Error>', 'BadErrorResponse'],
    ['a DOCTYPE', 400, '<!DOCTYPE Error><Error><Code>A</Code></Error>', 'BadErrorResponse'],
  ])('knows %s by its status', (_, status, body, code) => {
    const headers = [
      ['x-oss-request-id', REQUEST_ID],
      ['x-oss-ec', '0001-00000001'],
    ] as const;
    const error = decodeError({ status, headers, body: body === undefined ? undefined : bytes(body) });
    expect(error).toMatchObject({ code, statusCode: status, requestId: REQUEST_ID, ec: '0001-00000001' });
  });

  it('gives an error for any answer', () => {
    const piece = fc.constantFrom('<Error>', '</Error>', '<Code>', '</Code>', 'x', '&', '<a/>', '&#1;', '<__proto__>', '</__proto__>');
    const body = fc.oneof(
      fc.uint8Array(),
      fc.array(piece).map((pieces) => bytes(`<Error>${pieces.join('')}</Error>`)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.base64String(), body, (status, header, bodyBytes) => {
        const error = decodeError({ status, headers: [['x-oss-err', header]], body: bodyBytes });
        expect(error).toBeInstanceOf(ServiceError);
        expect(error.statusCode).toBe(status);
      }),
    );
  });
});

describe('isErrorDocument', () => {
  it.each([
    ['<Error><Code>InternalError</Code></Error>', true],
    ['\ufeff<?xml version="1.0"?>\n<!-- c --><!-- d -->\n<Error xmlns="x">', true],
    ['<Error/>', true],
    ['<o:Error>', true],
    ['<ErrorList/>', false],
    ['<CopyObjectResult><Error/></CopyObjectResult>', false],
    ['<!-- <Error> ', false],
    ['', false],
    ['Error', false],
  ])('judges %j: %s', (text, expected) => {
    expect(isErrorDocument(bytes(text))).toBe(expected);
  });
});
