// What the programs of ali-oss share: the client, unmodified, on an IP endpoint. It forges the Host there, sends %2F, V1 by default, and doubles its copy headers.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lookup } from 'node:dns';
import { Agent, request } from 'node:http';
import OSS from 'ali-oss';

export const { OSS_ENDPOINT, OSS_VIRTUAL_ENDPOINT, OSS_REGION, OSS_RUN, OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET } = process.env;
export const SOURCE = `${OSS_RUN}-ali-source`;
export const DESTINATION = `${OSS_RUN}-ali-destination`;
export const VERSIONED = `${OSS_RUN}-ali-versioned`;
export const KIB = 1024;

const settings = {
  endpoint: OSS_ENDPOINT,
  region: `oss-${OSS_REGION}`,
  accessKeyId: OSS_ACCESS_KEY_ID,
  accessKeySecret: OSS_ACCESS_KEY_SECRET,
};
/** A client of a bucket; `changes`: other settings. */
export const clientOf = (bucket, changes = {}) => new OSS({ ...settings, bucket, ...changes });
export const source = clientOf(SOURCE);
export const destination = clientOf(DESTINATION);
export const versioned = clientOf(VERSIONED);

/** The harness's resolver: names under .test lead to this machine, so that virtual-hosted style can be tried without DNS. */
export const loopback = new Agent({ lookup: (name, options, done) => lookup(name.endsWith('.test') ? '127.0.0.1' : name, options, done) });

export const behaviours = [];
export const behaviour = (name, run) => behaviours.push([name, run]);

export function data(size, seed = 1) {
  const block = createHash('sha256').update(String(seed)).digest();
  return Buffer.concat(Array.from({ length: Math.ceil(size / block.length) }, () => block)).subarray(0, size);
}
export const md5 = (bytes) => createHash('md5').update(bytes).digest('hex').toUpperCase();

export async function refused(code, status, call) {
  const error = await call().then(
    () => assert.fail(`expected ${code}, the call succeeded`),
    (each) => each,
  );
  assert.deepEqual([error.code, error.status], [code, status], error.message);
  return error;
}

export async function isRead(client, key, content, options) {
  assert.ok((await client.get(key, options)).content.equals(Buffer.from(content)), key);
}

/** A request without the SDK: status, headers and text; errors are answers too. */
export function fetchUrl(url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: loopback }, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Asks again until it holds. */
export async function waitUntil(holds, what) {
  for (const deadline = Date.now() + 10_000; !(await holds()); ) {
    assert.ok(Date.now() < deadline, `waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
