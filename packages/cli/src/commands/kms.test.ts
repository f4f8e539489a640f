import { type Client, createClient } from '@ossature/client';
import { type RunningServer, startServer } from '@ossature/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../run-command.ts';
import { recordingTerminal } from '../terminal.test.support.ts';

let server: RunningServer;
let client: Client;
beforeAll(async () => {
  server = await startServer({ data: 'memory', port: 0, buckets: ['bkt'], log: false });
  client = createClient({ endpoint: server.endpoint, region: server.region, credentials: server.account });
});
afterAll(async () => {
  await client.close();
  await server.close();
});

async function kms(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const terminal = recordingTerminal({
    OSS_ACCESS_KEY_ID: server.account.accessKeyId,
    OSS_ACCESS_KEY_SECRET: server.account.accessKeySecret,
    OSS_ENDPOINT: server.endpoint,
    OSS_REGION: server.region,
    ...environment,
  });
  const code = await runCommand(['kms', ...args], terminal);
  return { code, printed: terminal.printed, said: terminal.said.join('\n') };
}

async function create(...args: readonly string[]): Promise<string> {
  const { code, printed } = await kms(['create', ...args]);
  expect([code, printed.length]).toEqual([0, 1]);
  return printed[0] ?? '';
}

const put = (keyId: string) =>
  client.putObject({
    bucket: 'bkt',
    key: keyId,
    serverSideEncryption: 'KMS',
    serverSideEncryptionKeyId: keyId,
    body: new TextEncoder().encode('text'),
  });
const read = async (key: string) => (await client.getObject({ bucket: 'bkt', key })).body.text();

describe('ossature kms', () => {
  it('makes keys, lists and shows them', async () => {
    const id = await create('--description', 'for\u0007reports');
    const other = await create();
    const { printed } = await kms(['ls']);
    expect(printed).toHaveLength(2);
    expect(printed.find((line) => line.startsWith(id))).toMatch(
      /^\S{36} {2}Enabled {10}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}for\\x07reports$/,
    );
    expect(printed.some((line) => line.startsWith(other))).toBe(true);
    const shown = (await kms(['show', id])).printed;
    expect(shown[0]).toBe(`Id               ${id}`);
    expect(shown.join('\n')).toContain('State            Enabled');
  });

  it('disables, enables, rotates and deletes a key', async () => {
    const id = await create();
    await put(id);
    expect(await kms(['rotate', id])).toMatchObject({ code: 0, said: expect.stringContaining('new version') });
    expect(await read(id)).toBe('text');
    expect((await kms(['disable', id])).code).toBe(0);
    await expect(read(id)).rejects.toMatchObject({ code: 'KeyDisabled', statusCode: 409 });
    expect((await kms(['enable', id])).code).toBe(0);
    expect(await read(id)).toBe('text');
    const removed = await kms(['delete', id, '--days', '7']);
    expect(removed).toMatchObject({ code: 0, said: expect.stringMatching(/will be deleted at \d{4}-/) });
    await expect(put(id)).rejects.toMatchObject({ code: 'KeyPendingDeletion' });
    expect((await kms(['enable', id])).code).toBe(0);
    expect(await read(id)).toBe('text');
  });

  it('lists more keys than one page holds', async () => {
    for (let count = 0; count < 101; count++) await server.masterKeys?.createKey();
    const { printed } = await kms(['ls']);
    const known = (await server.masterKeys?.listKeys()) ?? [];
    expect(printed.map((line) => line.slice(0, 36))).toEqual(known.map(({ id }) => id));
  });

  it('tells what was wrong', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const command of ['show', 'rotate', 'disable', 'enable', 'delete']) {
      const { code, said } = await kms([command, unknown]);
      expect([code, said]).toEqual([2, expect.stringMatching(/Forbidden\.KeyNotFound: .*\(status 404, request id /)]);
      expect((await kms([command])).code).toBe(1);
    }
    const id = await create();
    for (const days of ['6', '367', 'week']) expect((await kms(['delete', id, '--days', days])).code).toBe(1);
    expect((await kms(['nonsense'])).code).toBe(1);
    const foreign = await kms(['ls'], { OSS_ACCESS_KEY_SECRET: 'not the secret' });
    expect([foreign.code, foreign.said]).toEqual([2, expect.stringContaining('SignatureDoesNotMatch')]);
    expect(foreign.said).not.toContain('not the secret');
    expect((await kms(['ls'], { OSS_ENDPOINT: 'http://127.0.0.1/path' })).code).toBe(1);
    expect((await kms(['ls'], { OSS_ENDPOINT: 'http://127.0.0.1:1' })).code).toBe(3);
  });
});
