import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@ossature/client';
import { type RunningServer, startServer } from '@ossature/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../run-command.ts';
import { recordingTerminal } from '../terminal.test.support.ts';

let server: RunningServer;
let folder: string;
beforeAll(async () => {
  server = await startServer({ data: 'memory', port: 0, buckets: ['bkt'], log: false });
  folder = await mkdtemp(join(tmpdir(), 'ossature-identity-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(args: string, environment: Readonly<Record<string, string>> = {}) {
  const terminal = recordingTerminal({
    OSS_ACCESS_KEY_ID: server.account.accessKeyId,
    OSS_ACCESS_KEY_SECRET: server.account.accessKeySecret,
    OSS_ENDPOINT: server.endpoint,
    OSS_REGION: server.region,
    ...environment,
  });
  const code = await runCommand(args.split(' '), terminal);
  return { code, printed: terminal.printed, said: terminal.said.join('\n') };
}

async function documentOf(name: string, statement: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ Version: '1', Statement: [statement] }));
  return file;
}

const allow = (action: string) => ({ Effect: 'Allow', Action: action, Resource: '*' });

/** The secret of a new key, as a program would take it from the output. */
async function keysOf(user: string) {
  const { printed } = await run(`key add ${user}`);
  const [accessKeyId = '', accessKeySecret = ''] = printed.map((line) => line.split(/\s+/)[1] ?? '');
  return { accessKeyId, accessKeySecret };
}

async function canList(credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string }): Promise<boolean> {
  const client = createClient({ endpoint: server.endpoint, region: server.region, credentials });
  try {
    await client.listObjectsV2({ bucket: 'bkt' });
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

describe('ossature user, key and policy', () => {
  it('let a user do what a policy says, and no longer than the key is good', async () => {
    const made = await run('user add alice --comments reads');
    expect([made.code, made.printed[0]]).toEqual([0, expect.stringMatching(/^2\d{17}$/)]);
    const keys = await keysOf('alice');
    expect(keys.accessKeyId).toMatch(/^OSST/);
    expect(await canList(keys)).toBe(false);
    const file = await documentOf('lists.json', allow('oss:ListObjects'));
    expect((await run(`policy add lists ${file} --description lists`)).code).toBe(0);
    expect((await run('policy attach lists --user alice')).code).toBe(0);
    expect(await canList(keys)).toBe(true);

    expect((await run('policy ls')).printed).toContain('Custom  lists  lists');
    expect((await run('policy show lists')).printed.join('\n')).toBe(
      JSON.stringify({ Version: '1', Statement: [allow('oss:ListObjects')] }),
    );
    expect((await run('policy show AliyunOSSFullAccess --system')).printed[0]).toContain('oss:*');
    expect((await run('user ls')).printed).toEqual([expect.stringMatching(/^2\d{17} {2}\S+Z {2}alice$/)]);
    const shown = (await run('user show alice')).printed.join('\n');
    expect(shown).toMatch(/Comments\s+reads/);
    expect(shown).toMatch(new RegExp(`Key\\s+${keys.accessKeyId} {2}Active\\nPolicy\\s+lists {2}Custom`));
    expect(shown).not.toContain(keys.accessKeySecret);

    expect((await run(`key disable alice ${keys.accessKeyId}`)).code).toBe(0);
    expect(await canList(keys)).toBe(false);
    expect((await run('key ls alice')).printed[0]).toContain('Inactive');
    await run(`key enable alice ${keys.accessKeyId}`);
    expect(await canList(keys)).toBe(true);
    await run('policy detach lists --user alice');
    expect(await canList(keys)).toBe(false);
    await run(`key rm alice ${keys.accessKeyId}`);
    expect((await run('key ls alice')).printed).toEqual([]);
    expect((await run('user rm alice')).code).toBe(0);
    expect((await run('policy rm lists')).code).toBe(0);
  });

  it('remove a user with everything, only where that is asked for', async () => {
    await run('user add bob');
    await keysOf('bob');
    await run('policy attach AliyunOSSReadOnlyAccess --system --user bob');
    expect(await run('user rm bob')).toMatchObject({ code: 2, said: expect.stringContaining('DeleteConflict') });
    expect((await run('user rm bob --force')).code).toBe(0);
    expect((await run('user show bob')).code).toBe(2);
  });

  it('tell what is wrong', async () => {
    expect(await run('user add a/b')).toMatchObject({ code: 2, said: expect.stringContaining('InvalidParameter.UserName') });
    expect((await run('user')).code).toBe(1);
    expect((await run('policy attach lists')).code).toBe(1);
    expect((await run('policy attach lists --user a --role b')).code).toBe(1);
    expect((await run(`policy add p ${join(folder, 'none.json')}`)).code).toBe(1);
    const bad = await documentOf('bad.json', { Effect: 'Allow', NotAction: 'oss:*', Resource: '*' });
    expect(await run(`policy add p ${bad}`)).toMatchObject({ code: 2, said: expect.stringContaining('NotAction') });
    const wrong = await run('user ls', { OSS_ACCESS_KEY_SECRET: 'hush' });
    expect(wrong).toMatchObject({ code: 2, said: expect.stringContaining('SignatureDoesNotMatch') });
    expect(wrong.said).not.toContain('hush');
  });
});

describe('ossature role and sts', () => {
  it('give a user the rights of a role for a time', async () => {
    const made = await run('role add reader --max-session 2h --description reads');
    expect(made.printed).toEqual([`acs:ram::${server.account.ownerId}:role/reader`]);
    await run('policy attach AliyunOSSReadOnlyAccess --system --role reader');
    await run('user add carol');
    const keys = await keysOf('carol');
    const carol = { OSS_ACCESS_KEY_ID: keys.accessKeyId, OSS_ACCESS_KEY_SECRET: keys.accessKeySecret };
    expect((await run('sts assume-role reader', carol)).code).toBe(2);
    await run('policy attach AliyunSTSAssumeRoleAccess --system --user carol');
    const assumed = await run('sts assume-role reader --session nightly --duration 2h', carol);
    expect(assumed.code).toBe(0);
    const [id = '', secret = '', token = ''] = assumed.printed.map((line) => line.slice(line.indexOf('=') + 1));
    expect(assumed.printed.map((line) => line.split('=')[0])).toEqual(['OSS_ACCESS_KEY_ID', 'OSS_ACCESS_KEY_SECRET', 'OSS_SESSION_TOKEN']);
    expect(await canList({ accessKeyId: id, accessKeySecret: secret, securityToken: token })).toBe(true);
    expect(await canList(keys)).toBe(false);

    const narrow = await documentOf('narrow.json', allow('oss:PutObject'));
    const narrowed = await run(`sts assume-role acs:ram::${server.account.ownerId}:role/reader --policy ${narrow}`, carol);
    const [nid = '', nsecret = '', ntoken = ''] = narrowed.printed.map((line) => line.slice(line.indexOf('=') + 1));
    expect(await canList({ accessKeyId: nid, accessKeySecret: nsecret, securityToken: ntoken })).toBe(false);

    expect((await run('role ls')).printed).toEqual([expect.stringContaining(':role/reader')]);
    expect((await run('role show reader')).printed.join('\n')).toMatch(/Longest session\s+7200[\s\S]*Policy\s+AliyunOSSReadOnlyAccess/);
    expect((await run('role rm reader')).code).toBe(2);
    await run('policy detach AliyunOSSReadOnlyAccess --system --role reader');
    expect((await run('role rm reader')).code).toBe(0);
    expect(await canList({ accessKeyId: id, accessKeySecret: secret, securityToken: token })).toBe(false);
  });

  it('refuse the account, and times that are none', async () => {
    await run('role add other');
    expect(await run('sts assume-role other')).toMatchObject({ code: 2, said: expect.stringContaining('NoPermission') });
    expect((await run('sts assume-role other --duration soon')).code).toBe(1);
    expect((await run('role add third --max-session 13h')).code).toBe(2);
    const trust = await documentOf('trust.json', { Effect: 'Allow', Action: 'oss:GetObject', Principal: { RAM: 'acs:ram::1:root' } });
    expect(await run(`role add third --trust ${trust}`)).toMatchObject({
      code: 2,
      said: expect.stringContaining('MalformedPolicyDocument'),
    });
  });
});
