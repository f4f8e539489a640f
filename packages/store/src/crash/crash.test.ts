import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../audit.ts';
import { applyStep } from '../simulation/apply-step.ts';
import { adopt, explain, learn, uploadIdOf } from '../simulation/explain.ts';
import { emptyState, type ModelState, versionsOf } from '../simulation/model-state.ts';
import { performStep } from '../simulation/perform-step.ts';
import type { Step, UploadName } from '../simulation/step.ts';
import { visibleState } from '../simulation/visible-state.ts';
import { openDirectory } from './open-directory.ts';
import { runAndKill } from './run-and-kill.ts';

const bucket = 'alpha';
const at = (key: string) => ({ bucket, key });
/** More than one chunk, and longer than what is digested without workers. */
const large = { seed: 1, lengthBytes: 600_000 };
const small = { seed: 2, lengthBytes: 300 };

let folder = '';
/** With a version over the null version. */
const versioned = { bucket: 'versions', key: 'versioned' };
let upload: UploadName = { bucket, key: 'made', uploadId: '' };
let base: ModelState = emptyState;

/** A store in which every kind of content stands, and an upload is under way: made once, and copied for each kill. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ossature-crash-'));
  const { store, close } = await openDirectory(await madeDirectory('base'));
  const perform = async (step: Step) => {
    const outcome = await performStep(store, step);
    base = learn(applyStep(base, step, uploadIdOf(base, outcome)).state, step, outcome);
  };
  await perform({ do: 'putBucket', bucket });
  await perform({ do: 'put', to: at('large'), content: large, tag: 'large' });
  await perform({ do: 'put', to: at('small'), content: small, tag: 'small' });
  await perform({ do: 'initiate', to: at('made'), tag: 'made' });
  const [uploadId = ''] = base.uploads.keys();
  upload = { bucket, key: 'made', uploadId };
  await perform({ do: 'part', upload, partNumber: 1, content: { seed: 3, lengthBytes: 200_000 } });
  await perform({ do: 'part', upload, partNumber: 2, content: small });
  await perform({ do: 'partCopy', from: at('large'), upload, partNumber: 3, range: { offsetBytes: 100, lengthBytes: 550_000 } });
  await perform({ do: 'put', to: at('made'), content: small, tag: 'before' });
  await perform({ do: 'putBucket', bucket: versioned.bucket });
  await perform({ do: 'put', to: versioned, content: { seed: 5, lengthBytes: 20_000 }, tag: 'first' });
  await perform({ do: 'setVersioning', bucket: versioned.bucket, versioning: 'Enabled' });
  await perform({ do: 'put', to: versioned, content: { seed: 6, lengthBytes: 20_000 }, tag: 'second' });
  await perform({ do: 'append', to: at('appended'), content: { seed: 4, lengthBytes: 200_000 }, tag: 'appended' });
  await close();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function madeDirectory(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}

/** What the killed process acknowledged stands, what it was at stands whole or not at all, and nothing is left that nobody needs. */
async function judge(directory: string, killed: Awaited<ReturnType<typeof runAndKill>>): Promise<void> {
  const { store, kv, blobs, alarms, close } = await openDirectory(directory);
  try {
    const visible = await visibleState(store);
    const explained = explain(base, killed.ran, visible);
    if ('difference' in explained) throw new Error(explained.difference);
    await store.collect();
    const after = adopt(explained.state, (name, key, index) => visible.versions.get(`${name}/${key}`)?.[index]?.facts);
    const again = explain(after, [], await visibleState(store));
    expect('difference' in again ? again.difference : undefined).toBeUndefined();
    expect(await audit(kv, blobs)).toEqual({ missing: [], extra: [], miscounted: [] });
    expect(alarms).toEqual([]);
  } finally {
    await close();
  }
}

const scenarios: Readonly<Record<string, () => readonly Step[]>> = {
  'a put of a large object in place of another': () => [
    { do: 'put', to: at('small'), content: { seed: 9, lengthBytes: 1_100_000 }, tag: 'new' },
  ],
  'a put of a small object': () => [{ do: 'put', to: at('new'), content: small, tag: 'new' }],
  'a copy to a new key': () => [{ do: 'copy', from: at('large'), to: at('new'), tag: 'new' }],
  'a copy over another object, and removal of its source': () => [
    { do: 'copy', from: at('large'), to: at('small'), tag: undefined },
    { do: 'remove', to: at('large') },
  ],
  'a copy onto itself': () => [{ do: 'copy', from: at('large'), to: at('large'), tag: 'new' }],
  'a part sent again': () => [{ do: 'part', upload, partNumber: 1, content: { seed: 10, lengthBytes: 150_000 } }],
  'a part copied from a range that was never digested': () => [
    { do: 'partCopy', from: at('large'), upload, partNumber: 1, range: { offsetBytes: 1, lengthBytes: 540_000 } },
  ],
  'Complete over an object, and the collector after it': () => [{ do: 'complete', upload, partNumbers: [1, 3] }, { do: 'collect' }],
  'abort, and the collector after it': () => [{ do: 'abort', upload }, { do: 'collect' }],
  'a copy of what was appended, whose MD5 is not known': () => [{ do: 'copy', from: at('appended'), to: at('new'), tag: 'new' }],
  'a new version, a delete marker, and removal of the first version': () => [
    { do: 'copy', from: versioned, to: versioned, tag: 'third' },
    { do: 'remove', to: versioned },
    { do: 'remove', to: { ...versioned, versionId: 'null' } },
    { do: 'collect' },
  ],
  'the current version removed by its id': () => [
    { do: 'remove', to: { ...versioned, versionId: versionsOf(base, versioned)[0]?.versionId } },
    { do: 'collect' },
  ],
  'an append': () => [
    { do: 'append', to: at('appended'), content: { seed: 11, lengthBytes: 150_000 }, tag: 'appended' },
    { do: 'collect' },
  ],
  'a part copied from plain bytes into an upload that is encrypted': () => [
    { do: 'partCopy', from: at('appended'), upload, partNumber: 2, range: { offsetBytes: 1, lengthBytes: 150_000 } },
  ],
  'a null version in place of an older one': () => [
    { do: 'setVersioning', bucket: versioned.bucket, versioning: 'Suspended' },
    { do: 'copy', from: at('small'), to: versioned, tag: 'third' },
    { do: 'collect' },
  ],
  'removal, and the collector after it': () => [{ do: 'remove', to: at('large') }, { do: 'collect' }],
};

/** Kills at one effect after the other, each time on the same store, until the steps come to their end; answers the effects. */
async function killEverywhere(steps: readonly Step[], how: 'stand' | 'run'): Promise<readonly string[]> {
  const effects: string[] = [];
  for (;;) {
    const directory = join(folder, 'killed');
    await cp(join(folder, 'base'), directory, { recursive: true });
    const killed = await runAndKill(directory, steps, effects.length, how);
    await judge(directory, killed);
    await rm(directory, { recursive: true });
    if (killed.at === undefined) return effects;
    effects.push(killed.at);
    expect(effects.length).toBeLessThan(60);
  }
}

describe('a process that is killed at every effect on its disk', () => {
  for (const [what, steps] of Object.entries(scenarios)) {
    it(`${what}: what it had acknowledged stands`, async () => {
      expect(await killEverywhere(steps(), 'stand')).toContain('kv.commit');
      // In the middle of the effect: only of the operation itself, since the collector's steps are commits like any others.
      expect(await killEverywhere(steps().slice(0, 1), 'run')).toContain('kv.commit');
    });
  }
});
