import { describe, expect, it } from 'vitest';
import { operations } from '../operations/index.ts';
import { cases as access } from './access.ts';
import { cases as bucket } from './bucket.ts';
import { cases as bucketFeatures } from './bucket-features.ts';
import { cases as copy } from './copy.ts';
import { cases as cors } from './cors.ts';
import { cases as encryption } from './encryption.ts';
import { cases as headerBytes } from './header-bytes.ts';
import { cases as lifecycle } from './lifecycle.ts';
import { cases as list } from './list.ts';
import { cases as multipart } from './multipart.ts';
import { cases as objectAclTagging } from './object-acl-tagging.ts';
import { cases as objectDelete } from './object-delete.ts';
import { cases as objectRead } from './object-read.ts';
import { cases as objectWorm } from './object-worm.ts';
import { cases as objectWrite } from './object-write.ts';
import { cases as overwriteConfig } from './overwrite-config.ts';
import { cases as postObject } from './post-object.ts';
import { cases as restore } from './restore.ts';
import { runCase } from './run-case.ts';
import { cases as service } from './service.ts';
import { cases as symlink } from './symlink.ts';
import { cases as versioning } from './versioning.ts';
import { cases as worm } from './worm.ts';

// A file of cases that is missing here is found by `tidy.test.ts`: nothing else imports it.
const files = {
  access,
  bucket,
  bucketFeatures,
  copy,
  cors,
  encryption,
  headerBytes,
  lifecycle,
  list,
  multipart,
  objectAclTagging,
  objectDelete,
  objectRead,
  objectWorm,
  objectWrite,
  postObject,
  restore,
  service,
  symlink,
  versioning,
  worm,
  overwriteConfig,
};

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
