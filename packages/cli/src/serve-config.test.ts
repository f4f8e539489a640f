import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveServer } from './commands/serve.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ossature-config-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(content: unknown): Promise<string> {
  const path = join(folder, 'config.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('the options of serve', () => {
  it('come from the command line', async () => {
    const options = {
      data: 'd',
      port: '0',
      region: ['cn-beijing'],
      bucket: ['a-b'],
      baseDomain: ['oss.test'],
      quarantine: '1s',
      strict: true,
    } as const;
    expect(await resolveServer({ ...options, region: ['cn-beijing'], bucket: ['a-b'], baseDomain: ['oss.test'] }, {})).toMatchObject({
      data: 'd',
      port: 0,
      regions: ['cn-beijing'],
      buckets: ['a-b'],
      baseDomains: ['oss.test'],
      quarantineMs: 1000,
      strict: true,
      log: 'info',
    });
  });

  it('come from a file, which counts less', async () => {
    const config = await file({ data: 'from-file', port: 1, logLevel: 'off', account: { accessKeyId: 'id', accessKeySecret: 'secret' } });
    expect(await resolveServer({ config, port: '2' }, {})).toMatchObject({
      data: 'from-file',
      port: 2,
      log: false,
      account: { accessKeyId: 'id' },
    });
    expect(await resolveServer({ config, memory: true }, {})).toMatchObject({ data: 'memory' });
    const environment = { OSSATURE_ACCESS_KEY_ID: 'env', OSSATURE_ACCESS_KEY_SECRET: 's' };
    expect(await resolveServer({ config }, environment)).toMatchObject({ account: { accessKeyId: 'env', accessKeySecret: 's' } });
  });

  it.each([
    ['{', 'no JSON object'],
    ['[]', 'no JSON object'],
    [{ datta: 'x' }, '"datta", which does not exist'],
    [{ port: '9720' }, '"port" must be a number'],
    [{ account: { accessKeyId: 'id' } }, '"account" must be'],
    [{ logLevel: 'loud' }, '"logLevel" must be one of'],
  ])('are refused in a file: %j', async (content, message) => {
    await expect(resolveServer({ config: await file(content) }, {})).rejects.toThrow(message);
  });

  it('are refused where they contradict each other', async () => {
    await expect(resolveServer({}, {})).rejects.toThrow('--data DIR, or --memory');
    await expect(resolveServer({ data: 'd', memory: true }, {})).rejects.toThrow('--data DIR, or --memory');
    await expect(resolveServer({ memory: true, tlsCert: 'x' }, {})).rejects.toThrow('go together');
    await expect(resolveServer({ memory: true }, { OSSATURE_ACCESS_KEY_ID: 'x' })).rejects.toThrow('go together');
    await expect(resolveServer({ memory: true, port: '70000' }, {})).rejects.toThrow('--port');
    await expect(resolveServer({ memory: true, quarantine: '1' }, {})).rejects.toThrow('--quarantine');
  });
});
