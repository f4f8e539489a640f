/**
 * CopyObject against an independent model of its documented rules: the state of source and destination, the configurations of their buckets and the headers are
 * drawn at random; status, code, number, headers and the whole state afterwards must be the model's.
 * `OSSATURE_COPY_CASES`: how many cases (20000 for the long mode); `OSSATURE_COPY_SEED`: those of an earlier run again.
 */
import { formatIsoDate } from '@ossature/protocol';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestServer } from '../sender.test.support.ts';
import { type CopyCase, copyCase } from './copy-case.test.support.ts';
import { expectation, observe } from './copy-observation.test.support.ts';
import { copyRequestOf } from './copy-request.test.support.ts';
import { expectedOutcome, type Outcome, type Refusal } from './copy-rules.test.support.ts';
import { CopySetting, keys, restoreMs, unquoted } from './copy-setting.test.support.ts';
import { versionsOf, withVersion } from './copy-state.test.support.ts';

const cases = Number(process.env['OSSATURE_COPY_CASES'] ?? 300);
const seed = Number(process.env['OSSATURE_COPY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** `OSSATURE_COPY_LOG=error`: the server says what went wrong. */
const log = process.env['OSSATURE_COPY_LOG'] === 'error' ? 'error' : false;
/** Two buckets a case, and an account has a hundred: then there is a new server. */
const casesAServer = 50;

/** How often each outcome was met: a run that only meets refusals proves little. */
const met = new Map<string, number>();
let current: { readonly test: TestServer; used: number } | undefined;

async function serverOfCase(): Promise<{ readonly test: TestServer; readonly name: string }> {
  if (current !== undefined && current.used >= casesAServer) {
    await current.test.server.close();
    current = undefined;
  }
  current ??= { test: await startTestServer({ blockPublicAccess: false, restoreMs, quarantineMs: 0, log }), used: 0 };
  current.used += 1;
  return { test: current.test, name: `c${current.used}` };
}

afterAll(async () => {
  await current?.test.server.close();
  console.info(`copy model: seed ${seed}, ${cases} cases: ${[...met].map(([outcome, times]) => `${outcome} ${times}`).join(', ')}`);
});

describe('CopyObject agrees with the model of its rules', () => {
  it(`in ${cases} random cases of seed ${seed}`, { timeout: 7_200_000 }, async () => {
    await fc.assert(fc.asyncProperty(copyCase, runCase), { numRuns: cases, seed, verbose: fc.VerbosityLevel.None });
    if (cases < 200) return;
    for (const outcome of [
      'copied',
      'NoSuchKey',
      'PreconditionFailed',
      'NotModified',
      'InvalidObjectState',
      'FileAlreadyExists',
      'InvalidArgument',
    ]) {
      expect(met.get(outcome) ?? 0, outcome).toBeGreaterThan(0);
    }
  });
});

async function runCase(given: CopyCase): Promise<void> {
  const { test, name } = await serverOfCase();
  const setting = new CopySetting(test, given, name);
  await setting.prepare(given);
  const { source, destination, destinationKey } = setting;
  const nowMs = test.clock.nowMs;
  const outcome = expectedOutcome({ source, destination, sourceKey: keys.source, destinationKey, nowMs }, given);
  const answer = await test.send(copyRequestOf(given, setting));
  if (outcome.kind === 'refused') judgeRefusal(answer, outcome.oneOf);
  else judgeCopy(answer, outcome, setting, nowMs);
  const key = outcome.kind === 'copied' ? 'copied' : (outcome.oneOf[0]?.code ?? '');
  met.set(key, (met.get(key) ?? 0) + 1);
  for (const bucket of setting.names) {
    expect(await observe(test, setting.bucket(bucket)), bucket).toEqual(expectation(setting.bucket(bucket), nowMs));
  }
}

function judgeRefusal(answer: Answer, oneOf: readonly Refusal[]): void {
  const told = { status: answer.status, code: answer.code, ec: answer.header('x-oss-ec') };
  const fits = oneOf.some(
    ({ status, code, ec, elements = {} }) =>
      status === told.status &&
      code === told.code &&
      (ec === undefined || ec === told.ec) &&
      Object.entries(elements).every(([element, text]) => answer.element(element) === text),
  );
  if (!fits) expect({ ...told, text: answer.text }, 'a refusal').toEqual({ oneOf });
  if (answer.status === 304) expect(answer.bytes.length).toBe(0);
}

/** Judges the answer, and takes what it made into the setting's state. */
function judgeCopy(answer: Answer, { object, source }: Extract<Outcome, { kind: 'copied' }>, setting: CopySetting, nowMs: number): void {
  const { destination, destinationKey } = setting;
  const given = answer.header('x-oss-version-id');
  const isFresh =
    given !== undefined && /^[A-Za-z0-9._-]{64}$/.test(given) && !versionsOf(destination, destinationKey).some(({ id }) => id === given);
  expect({
    status: answer.status,
    text: answer.status === 200 ? '' : answer.text,
    etag: unquoted(answer.header('etag')),
    bodyEtag: unquoted(answer.element('ETag')?.replaceAll('&quot;', '"')),
    lastModified: answer.element('LastModified'),
    crc: answer.header('x-oss-hash-crc64ecma'),
    versionId: destination.versioning === 'Enabled' ? isFresh : given,
    sourceVersionId: answer.header('x-oss-copy-source-version-id'),
    encryption: answer.header('x-oss-server-side-encryption'),
  }).toEqual({
    status: 200,
    text: '',
    etag: object.etag,
    bodyEtag: object.etag,
    lastModified: formatIsoDate(nowMs),
    crc: object.crc,
    versionId: { Enabled: true, Suspended: 'null', none: undefined }[destination.versioning ?? 'none'],
    sourceVersionId: setting.source.versioning === undefined ? undefined : source.id,
    encryption: object.encryption,
  });
  const version = { id: destination.versioning === 'Enabled' ? (given ?? '') : 'null', lastModifiedMs: nowMs, object };
  setting.set(withVersion(destination, destinationKey, version));
}
