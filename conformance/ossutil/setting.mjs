// What the programs of ossutil 1 share: the tool, unmodified and built from its module; its path: OSSUTIL. V1 signatures by default; V4 where a behaviour says so.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@ossature/client';

const { OSSUTIL, OSS_ENDPOINT, OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET } = process.env;
export const { OSS_REGION, OSS_RUN } = process.env;
export const SOURCE = `${OSS_RUN}-util-source`;
export const DESTINATION = `${OSS_RUN}-util-destination`;
export const VERSIONED = `${OSS_RUN}-util-versioned`;
export const MIB = 1024 * 1024;
export const folder = mkdtempSync(join(tmpdir(), 'ossature-ossutil-'));
const configuration = join(folder, 'configuration');
writeFileSync(
  configuration,
  `[Credentials]\nlanguage=EN\nendpoint=${OSS_ENDPOINT}\naccessKeyID=${OSS_ACCESS_KEY_ID}\naccessKeySecret=${OSS_ACCESS_KEY_SECRET}\n`,
  { mode: 0o600 },
);

/** Runs ossutil and answers what it printed; an exit code that is not 0 is an error. */
export function ossutil(...args) {
  const { status, text } = tried(...args);
  assert.equal(status, 0, `ossutil ${shown(args)}\n${text}`);
  return text;
}

/** Without secrets. */
const shown = (args) => args.filter((_, i) => !['-k', '-t'].includes(args[i - 1])).join(' ');

function tried(...args) {
  // Its reports go below the working directory.
  const result = spawnSync(OSSUTIL, [...args, '-c', configuration], { cwd: folder, encoding: 'utf8' });
  return { status: result.status, text: `${result.stdout}${result.stderr}` };
}

export function refused(code, ...args) {
  const { status, text } = tried(...args);
  assert.notEqual(status, 0, `ossutil ${shown(args)} succeeded`);
  assert.match(text, new RegExp(code), text);
}

export function file(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

export function data(size, seed = 1) {
  const block = createHash('sha256').update(String(seed)).digest();
  return Buffer.concat(Array.from({ length: Math.ceil(size / block.length) }, () => block)).subarray(0, size);
}

export function download(url, ...options) {
  const path = join(folder, 'downloaded');
  ossutil('cp', url, path, '-f', ...options);
  return readFileSync(path);
}

export const source = (key = '') => `oss://${SOURCE}/${key}`;
export const destination = (key = '') => `oss://${DESTINATION}/${key}`;
export const versioned = (key = '') => `oss://${VERSIONED}/${key}`;

export const behaviours = [];
export const behaviour = (name, run) => behaviours.push([name, run]);

/** ossutil has no command for this. */
export async function unblockPublicAccess(buckets) {
  const credentials = { accessKeyId: OSS_ACCESS_KEY_ID, accessKeySecret: OSS_ACCESS_KEY_SECRET };
  const client = createClient({ endpoint: OSS_ENDPOINT, region: OSS_REGION, credentials });
  for (const bucket of buckets) await client.putBucketPublicAccessBlock({ bucket, blockPublicAccess: false });
  await client.close();
}

/** With temporary credentials that the harness made. */
export function session(prefix, ...args) {
  const { [`${prefix}_KEY_ID`]: id, [`${prefix}_KEY_SECRET`]: secret, [`${prefix}_TOKEN`]: token } = process.env;
  return [...args, '-i', id, '-k', secret, '-t', token];
}

export async function waitUntil(holds, what) {
  for (const deadline = Date.now() + 10_000; !holds(); ) {
    assert.ok(Date.now() < deadline, `waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A URL that ossutil signs. */
export const signedUrl = (...args) => /https?:\/\/\S+/.exec(ossutil('sign', ...args))?.[0];
