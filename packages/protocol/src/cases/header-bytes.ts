import { operations } from '../operations/index.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'bkt', key: '目录/文件 😀.txt' } as const;

/** Headers as bytes: what HTTP libraries hand over as latin-1 is UTF-8, and headers may stand twice. */
export const cases: readonly WireCase[] = [
  wireCase(operations.putObject, 'metadata and content headers in UTF-8', {
    request: {
      value: {
        ...at,
        contentDisposition: 'attachment; filename="报告.pdf"',
        metadata: { author: '张伟', city: 'Zürich', mood: '😀' },
        body: new Uint8Array([0xe4, 0xb8, 0xad, 0x00, 0xff]),
      },
      message: {
        ...at,
        headers: [
          ['Content-Disposition', 'attachment; filename="报告.pdf"'],
          ['x-oss-meta-author', '张伟'],
          ['x-oss-meta-city', 'Zürich'],
          ['x-oss-meta-mood', '😀'],
        ],
        body: new Uint8Array([0xe4, 0xb8, 0xad, 0x00, 0xff]),
      },
    },
  }),
  wireCase(operations.headObject, 'metadata in UTF-8, as it was stored', {
    request: { value: at, message: at },
    response: {
      value: {
        statusCode: 200,
        contentLength: 5,
        contentDisposition: 'attachment; filename="报告.pdf"',
        metadata: { author: '张伟', city: 'Zürich' },
      },
      message: {
        headers: [
          ['Content-Length', '5'],
          ['Content-Disposition', 'attachment; filename="报告.pdf"'],
          ['x-oss-meta-author', '张伟'],
          ['x-oss-meta-city', 'Zürich'],
        ],
      },
    },
  }),
  wireCase(operations.putObject, 'headers that stand twice, in several letter cases', {
    request: {
      value: { ...at, cacheControl: 'no-cache,no-store', metadata: { tag: 'a,中,c' }, body: new Uint8Array(0) },
      message: {
        ...at,
        headers: [
          ['Cache-Control', 'no-cache'],
          ['X-Oss-Meta-Tag', 'a'],
          ['cache-control', 'no-store'],
          ['x-oss-meta-tag', '中'],
          ['X-OSS-META-TAG', 'c'],
        ],
        body: '',
      },
      only: { way: 'decode', because: 'the client sends the values as one header' },
    },
  }),
  wireCase(operations.getObject, 'an answer with headers that stand twice', {
    response: {
      value: { statusCode: 200, metadata: { tag: 'a,b' }, body: new Uint8Array([1]) },
      message: {
        headers: [
          ['x-oss-meta-tag', 'a'],
          ['X-Oss-Meta-Tag', 'b'],
        ],
        body: new Uint8Array([1]),
      },
      only: { way: 'decode', because: 'the server sends the values as one header' },
    },
  }),
];
