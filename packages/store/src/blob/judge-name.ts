import { ok } from 'node:assert/strict';
import type { BlobName } from './blob-store.ts';

const segment = /^[0-9a-z-][0-9a-z.-]*$/;

/** Asserts the port's rule on names; every adapter calls it. No name that passes can leave the folder that it is joined to. */
export function judgeName(name: BlobName): void {
  ok(
    name.length >= 1 && name.length <= 200 && name.split('/').every((part) => segment.test(part)),
    `${JSON.stringify(name)} is no blob name`,
  );
}
