import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConnection } from './connection.ts';

const environment = {
  OSS_ACCESS_KEY_ID: 'env-id',
  OSS_ACCESS_KEY_SECRET: 'env-secret',
  OSS_SESSION_TOKEN: 'env-token',
  OSS_REGION: 'cn-beijing',
  OSS_ENDPOINT: 'https://env.example.com',
};

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'ossature-connection-'));
  await writeFile(join(data, 'account.json'), JSON.stringify({ accessKeyId: 'local-id', accessKeySecret: 'local-secret', ownerId: '1' }));
});
afterAll(() => rm(data, { recursive: true, force: true }));

describe('resolveConnection', () => {
  it('takes the environment', async () => {
    expect(await resolveConnection({}, environment)).toEqual({
      endpoint: 'https://env.example.com',
      region: 'cn-beijing',
      credentials: { accessKeyId: 'env-id', accessKeySecret: 'env-secret', securityToken: 'env-token' },
    });
  });

  it('counts options more, and sends no token that belongs to other keys', async () => {
    const options = { accessKeyId: 'id', accessKeySecret: 'secret', endpoint: 'http://127.0.0.1:1', region: 'cn-hangzhou' };
    expect(await resolveConnection(options, environment)).toEqual({
      endpoint: 'http://127.0.0.1:1',
      region: 'cn-hangzhou',
      credentials: { accessKeyId: 'id', accessKeySecret: 'secret' },
    });
  });

  it('takes the account of a data directory, and nothing of the environment with it', async () => {
    expect(await resolveConnection({ profile: 'local', data }, environment)).toEqual({
      endpoint: 'http://127.0.0.1:9720',
      region: 'cn-hangzhou',
      credentials: { accessKeyId: 'local-id', accessKeySecret: 'local-secret' },
    });
    const elsewhere = await resolveConnection({ profile: 'local', data, endpoint: 'http://127.0.0.1:7' }, environment);
    expect(elsewhere.endpoint).toBe('http://127.0.0.1:7');
  });

  it('needs no endpoint, but a region', async () => {
    const { OSS_ENDPOINT: _, ...rest } = environment;
    expect((await resolveConnection({}, rest)).endpoint).toBeUndefined();
    await expect(resolveConnection({}, { ...environment, OSS_REGION: '' })).rejects.toThrow('No region');
  });

  it('says what is missing, and repeats no secret', async () => {
    await expect(resolveConnection({}, {})).rejects.toThrow('No credentials');
    await expect(resolveConnection({ profile: 'other' }, {})).rejects.toThrow('There is no profile "other"');
    await expect(resolveConnection({ profile: 'local', data: join(data, 'none') }, {})).rejects.toThrow('ENOENT');
    await expect(resolveConnection({ data }, environment)).rejects.toThrow('--data goes with --profile local');
    await writeFile(join(data, 'account.json.bad'), '{"accessKeySecret":"hush"');
    await expect(resolveConnection({ profile: 'local', data: join(data, 'x') }, {})).rejects.not.toThrow('hush');
  });
});
