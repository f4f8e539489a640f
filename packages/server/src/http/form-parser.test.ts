import { isServiceError } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseForm } from './form-parser.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** The bytes in chunks of the given sizes, in turn; each is overwritten when the next is asked for, as a source may. */
async function* chunksOf(bytes: Uint8Array, sizes: readonly number[] = [64 * KiB]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const chunk = bytes.slice(at, at + (sizes[i % sizes.length] ?? 1));
    at += chunk.length;
    yield chunk;
    chunk.fill(0x2d);
  }
}

interface Part {
  readonly head: string;
  readonly content: Uint8Array | string;
}
const field = (name: string, content: Uint8Array | string): Part => ({ head: `Content-Disposition: form-data; name="${name}"`, content });
const file = (content: Uint8Array | string, rest = '; filename="a.txt"\r\nContent-Type: text/plain'): Part => ({
  head: `Content-Disposition: form-data; name="file"${rest}`,
  content,
});

function bodyOf(parts: readonly Part[], { boundary = 'xx', start = '', end = '--' } = {}): Buffer {
  const pieces = parts.flatMap(({ head, content }) => [
    Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([Buffer.from(start), ...pieces, Buffer.from(`--${boundary}${end}`)]);
}

/** What a form holds, or the code of its error. */
async function read(body: Uint8Array, sizes?: readonly number[], boundary = 'xx') {
  try {
    const { fields, file: found } = await parseForm(chunksOf(body, sizes), boundary);
    const content: Buffer[] = [];
    for await (const chunk of found.content) content.push(Buffer.from(chunk));
    return { fields, name: found.name, contentType: found.contentType, content: Buffer.concat(content).toString('latin1') };
  } catch (error) {
    if (isServiceError(error)) return error.code;
    throw error;
  }
}

describe('a form', () => {
  it('has fields and a file, in whatever chunks it comes', async () => {
    const parts = fc.array(fc.tuple(fc.stringMatching(/^[a-z$:_-]{1,8}$/), fc.string({ unit: 'binary' })), { maxLength: 5 });
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      // Beginnings of delimiters, which are none.
      fc
        .array(fc.constantFrom('\r', '\n', '-', 'x', '\r\n--', '\r\n--x', '\r\n-'), { maxLength: 30 })
        .map((pieces) => Buffer.from(pieces.join(''))),
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(parts, content, sizes, fc.constantFrom('', '\r\n'), async (fields, bytes, chunkSizes, start) => {
        fc.pre(!Buffer.from(bytes).includes('\r\n--xx') && fields.every(([name, value]) => name !== 'file' && !value.includes('\r\n--xx')));
        const body = bodyOf([...fields.map(([name, value]) => field(name, value)), file(bytes), field('submit', 'go')], { start });
        const first = new Map(fields.toReversed().map(([name, value]) => [name, value]));
        const found = await read(body, chunkSizes);
        expect(found).toMatchObject({ name: 'a.txt', contentType: 'text/plain', content: Buffer.from(bytes).toString('latin1') });
        expect(typeof found === 'string' ? found : new Map(found.fields)).toEqual(first);
      }),
    );
  });

  it('never ends otherwise than in a form or a documented error', async () => {
    const piece = fc.constantFrom(
      '--xx',
      '--xx--',
      '\r\n',
      '\r\n\r\n',
      'Content-Disposition: form-data',
      '; name="file"',
      '; name="key"',
      ': ',
      'a',
      '"',
      '\0',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const found = await read(Buffer.from(pieces.join('')), [3]);
        if (typeof found === 'string') expect(['MalformedPOSTRequest', 'IncorrectNumberOfFilesInPOSTRequest']).toContain(found);
      }),
    );
  });

  it('may put white space behind its delimiters, and anything behind its end', async () => {
    const body = Buffer.from(
      '--xx \t\r\nContent-Disposition: form-data; name=key\r\n\r\nk\r\n--xx\r\ncontent-disposition:form-data;name="file"\r\n\r\nabc\r\n--xx--\r\nepilogue',
    );
    expect(await read(body)).toEqual({ fields: [['key', 'k']], name: undefined, contentType: undefined, content: 'abc' });
  });

  it.each([
    ['; filename="C:\\dir\\a b.txt"', 'C:\\dir\\a b.txt'],
    ['; filename="a\\"b.txt"', 'a"b.txt'],
    ['; filename="a; name=key.txt"', 'a; name=key.txt'],
    ['; FileName=bare.txt', 'bare.txt'],
    ['; filename=""', ''],
    ['; filename="中.txt"', '中.txt'],
    ['', undefined],
  ])('names its file: %s', async (rest, name) => {
    expect(await read(bodyOf([file('abc', rest)]))).toMatchObject({ name, content: 'abc' });
  });

  it('takes the first field of a name, in any letter case', async () => {
    const body = bodyOf([field('Key', 'a'), field('key', 'b'), file('')]);
    expect(await read(body)).toMatchObject({ fields: [['Key', 'a']] });
  });
});

describe('a broken form', () => {
  const good = bodyOf([field('key', 'a'), file('abc')]);

  it.each<[string, Buffer]>([
    ['empty', Buffer.alloc(0)],
    ['without a file', bodyOf([field('key', 'a')])],
    ['without a part', Buffer.from('--xx--')],
    ['with something before it', Buffer.concat([Buffer.from('abc\r\n'), good])],
    ['with bare line feeds', Buffer.from(good.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')],
    ['without its last delimiter', good.subarray(0, good.length - 1)],
    ['cut within its file', good.subarray(0, good.indexOf('abc') + 2)],
    ['cut within a field', good.subarray(0, good.indexOf('\r\na') + 3)],
    ['of another kind', Buffer.from('--xx\r\nContent-Disposition: attachment; name="file"\r\n\r\nabc\r\n--xx--')],
    ['of nameless parts', Buffer.from('--xx\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--xx--')],
    ['of parts without a head', Buffer.from('--xx\r\n\r\nabc\r\n--xx--')],
    ['with a head that is none', Buffer.from('--xx\r\nabc\r\n\r\nabc\r\n--xx--')],
    ['with bytes that are no text', bodyOf([field('key', Buffer.of(0xff)), file('')])],
  ])('%s', async (_, body) => {
    expect(await read(body)).toBe('MalformedPOSTRequest');
  });

  it('with two files', async () => {
    expect(await read(bodyOf([file('a'), field('x', 'y'), file('b')]))).toBe('IncorrectNumberOfFilesInPOSTRequest');
  });
});

describe('bounds', () => {
  const long = (bytes: number) => 'x'.repeat(bytes);

  it('of a name, a field, all fields, a head, and the number of fields', async () => {
    expect(await read(bodyOf([field(long(8 * KiB), 'a'), file('')]))).toMatchObject({ content: '' });
    expect(await read(bodyOf([field(long(8 * KiB + 1), 'a'), file('')]))).toBe('FieldItemTooLong');
    expect(await read(bodyOf([field(long(17 * KiB), 'a'), file('')]))).toBe('MalformedPOSTRequest');
    expect(await read(bodyOf([field('a', long(2 * MiB)), file('')]))).toMatchObject({ content: '' });
    expect(await read(bodyOf([field('a', long(2 * MiB + 1)), file('')]))).toBe('FieldItemTooLong');
    const four = ['a', 'b', 'c', 'd'].map((name) => field(name, long(2 * MiB)));
    expect(await read(bodyOf([...four, file('')]))).toMatchObject({ content: '' });
    expect(await read(bodyOf([...four, field('e', 'x'), file('')]))).toBe('MaxPOSTPreDataLengthExceededError');
    const many = Array.from({ length: 1001 }, (_, i) => field(`n${i}`, ''));
    expect(await read(bodyOf([...many, file('')]))).toBe('MaxPOSTPreDataLengthExceededError');
    const alike = Array.from({ length: 1001 }, () => field('n', ''));
    expect(await read(bodyOf([...alike, file('')]))).toBe('MaxPOSTPreDataLengthExceededError');
  });

  it('of a field are told before it is read whole', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\n');
      for (;;) {
        asked++;
        yield new Uint8Array(64 * KiB);
      }
    }
    await expect(parseForm(endless(), 'xx')).rejects.toMatchObject({ code: 'FieldItemTooLong' });
    expect(asked).toBeLessThan(40);
  });

  it('a body in crumbs is read in a time that its length explains', async () => {
    const body = bodyOf([field('a', long(256 * KiB)), file(long(256 * KiB))]);
    expect(await read(body, [1])).toMatchObject({ content: long(256 * KiB) });
  });
});

it('gives up its body when it is closed, and when it is broken', async () => {
  let closed = 0;
  async function* watched(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    try {
      yield* chunksOf(bytes, [1]);
    } finally {
      closed++;
    }
  }
  const form = await parseForm(watched(bodyOf([file('abc')])), 'xx');
  await form.close();
  expect(closed).toBe(1);
  await expect(parseForm(watched(Buffer.from('abcdefgh')), 'xx')).rejects.toMatchObject({ code: 'MalformedPOSTRequest' });
  expect(closed).toBe(2);
});
