import { expect, it } from 'vitest';
import { mediaTypeOf } from './media-type.ts';

it.each([
  ['a.txt', 'text/plain'],
  ['dir.d/a.tar.GZ', 'application/gzip'],
  ['C:\\dir\\photo.JPEG', 'image/jpeg'],
  ['a.unknown', undefined],
  ['a', undefined],
  ['.txt', undefined],
  ['dir/.txt', undefined],
  ['dir.txt/a', undefined],
  ['a.', undefined],
  ['a.constructor', undefined],
])('the type of %s is %s', (name, type) => {
  expect(mediaTypeOf(name)).toBe(type);
});
