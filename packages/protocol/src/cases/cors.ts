import { deleteBucketCors, getBucketCors, optionBucket, optionObject, putBucketCors } from '../operations/cors.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const XML = ['Content-Type', 'application/xml'] as const;
const at = { bucket: 'oss-example' } as const;
const marked = { ...at, query: [['cors', undefined]] } as const;

const rules = [
  {
    allowedOrigins: ['http://www.a.com', 'http://*.b.com'],
    allowedMethods: ['PUT', 'GET'],
    allowedHeaders: ['Authorization', 'x-oss-*'],
    exposeHeaders: ['x-oss-test', 'x-oss-test1'],
    maxAgeSeconds: 100,
  },
  { allowedOrigins: ['*'], allowedMethods: ['GET'], allowedHeaders: [], exposeHeaders: [] },
] as const;
const RULES =
  '<CORSRule><AllowedOrigin>http://www.a.com</AllowedOrigin><AllowedOrigin>http://*.b.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>' +
  '<AllowedHeader>Authorization</AllowedHeader><AllowedHeader>x-oss-*</AllowedHeader><ExposeHeader>x-oss-test</ExposeHeader><ExposeHeader>x-oss-test1</ExposeHeader><MaxAgeSeconds>100</MaxAgeSeconds></CORSRule>' +
  '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>';

const question = {
  origin: 'http://www.example.com',
  accessControlRequestMethod: 'PUT',
  accessControlRequestHeaders: 'x-oss-test1,x-oss-test2',
} as const;
const QUESTION = [
  ['Origin', 'http://www.example.com'],
  ['Access-Control-Request-Method', 'PUT'],
  ['Access-Control-Request-Headers', 'x-oss-test1,x-oss-test2'],
] as const;

export const cases: readonly WireCase[] = [
  wireCase(putBucketCors, 'rules are set', {
    request: {
      value: { ...at, rules, responseVary: false },
      message: {
        ...marked,
        headers: [XML],
        body: `${XML_DECLARATION}<CORSConfiguration>${RULES}<ResponseVary>false</ResponseVary></CORSConfiguration>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getBucketCors, 'rules', {
    request: { value: at, message: marked },
    response: {
      value: { statusCode: 200, rules, responseVary: true },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<CORSConfiguration>${RULES}<ResponseVary>true</ResponseVary></CORSConfiguration>`,
      },
    },
  }),
  wireCase(deleteBucketCors, 'rules go', {
    request: { value: at, message: marked },
    response: { value: { statusCode: 204 }, message: {} },
  }),
  wireCase(optionObject, 'a browser asks', {
    request: { value: { ...at, key: 'k', ...question }, message: { ...at, key: 'k', headers: QUESTION } },
    response: {
      value: {
        statusCode: 200,
        accessControlAllowOrigin: 'http://www.example.com',
        accessControlAllowMethods: 'PUT, GET',
        accessControlAllowHeaders: 'x-oss-test1, x-oss-test2',
        accessControlExposeHeaders: 'x-oss-test',
        accessControlMaxAge: 60,
        vary: 'Origin',
      },
      message: {
        headers: [
          ['Access-Control-Allow-Origin', 'http://www.example.com'],
          ['Access-Control-Allow-Methods', 'PUT, GET'],
          ['Access-Control-Allow-Headers', 'x-oss-test1, x-oss-test2'],
          ['Access-Control-Expose-Headers', 'x-oss-test'],
          ['Access-Control-Max-Age', '60'],
          ['Vary', 'Origin'],
        ],
      },
    },
  }),
  wireCase(optionBucket, 'a browser asks for a list', {
    request: { value: { ...at, ...question }, message: { ...at, headers: QUESTION } },
    response: { value: { statusCode: 200, accessControlAllowOrigin: '*' }, message: { headers: [['Access-Control-Allow-Origin', '*']] } },
  }),
];
