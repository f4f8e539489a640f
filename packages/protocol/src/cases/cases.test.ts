import { describe, expect, it } from 'vitest';
import { operations } from '../operations/index.ts';
import { cases as bucket } from './bucket.ts';
import { cases as copy } from './copy.ts';
import { cases as headerBytes } from './header-bytes.ts';
import { cases as list } from './list.ts';
import { cases as multipart } from './multipart.ts';
import { cases as objectAclTagging } from './object-acl-tagging.ts';
import { cases as objectDelete } from './object-delete.ts';
import { cases as objectRead } from './object-read.ts';
import { cases as objectWrite } from './object-write.ts';
import { runCase } from './run-case.ts';
import { cases as service } from './service.ts';

// A file of cases that is missing here is found by `tidy.test.ts`: nothing else imports it.
const files = { bucket, copy, headerBytes, list, multipart, objectAclTagging, objectDelete, objectRead, objectWrite, service };

describe.each(Object.entries(files))('wire cases of %s', (_, cases) => {
  it.each(cases)('$definition.name: $title', (wire) => {
    const checks = runCase(wire);
    expect(checks.length).toBeGreaterThan(0);
    for (const { way, actual, expected } of checks) expect(actual, way).toEqual(expected);
  });
});

describe('wire cases', () => {
  it('have a request and a response of every operation', () => {
    const all = Object.values(files).flat();
    for (const definition of Object.values(operations)) {
      const own = all.filter((wire) => wire.definition === definition);
      expect(
        own.some(({ request }) => request !== undefined),
        `a request of ${definition.name}`,
      ).toBe(true);
      expect(
        own.some(({ response }) => response !== undefined),
        `a response of ${definition.name}`,
      ).toBe(true);
    }
  });
});
