import { openStore, systemRandom } from '@ossature/store';
import { beforeEach, describe, expect, it } from 'vitest';
import { RpcError, type RpcRecord } from '../rpc/rpc-action.ts';
import { serverKeyOf } from '../secrets/server-key.ts';
import { TestClock } from '../sender.test.support.ts';
import { kmsActions } from './kms-actions.ts';
import { LocalKeyRing } from './local-key-ring.ts';

const dayMs = 24 * 60 * 60 * 1000;
const unknown = '00000000-0000-4000-8000-000000000000';
let clock: TestClock;
let ring: LocalKeyRing;
beforeEach(async () => {
  clock = new TestClock();
  ring = new LocalKeyRing({ clock, random: systemRandom });
  await ring.load(await openStore({ data: 'memory', clock }), serverKeyOf(new Uint8Array(32), systemRandom));
});

async function call(
  name: string,
  parameters: Readonly<Record<string, string>> = {},
  of: LocalKeyRing | undefined = ring,
): Promise<RpcRecord> {
  const facts = { clock, ownerId: '1234567890123456', region: 'cn-hangzhou' };
  const action = kmsActions(of, facts).find((one) => one.name === name);
  if (action === undefined) throw new Error(`no action ${name}`);
  expect([action.version, action.callers]).toEqual(['2016-01-20', 'account']);
  const caller = { kind: 'account', accessKeyId: 'ak', ownerId: facts.ownerId } as unknown as Parameters<typeof action.run>[0]['caller'];
  return await action.run({ parameters: { Action: name, ...parameters }, caller, sourceIp: '127.0.0.1', isSecure: false });
}

async function refusalOf(name: string, parameters: Readonly<Record<string, string>> = {}, of?: LocalKeyRing): Promise<string> {
  try {
    await call(name, parameters, of);
    return 'none';
  } catch (error) {
    if (error instanceof RpcError) return `${error.statusCode} ${error.code}`;
    throw error;
  }
}

async function newKey(): Promise<string> {
  const { KeyMetadata } = await call('CreateKey', { Description: 'mine' });
  return String((KeyMetadata as RpcRecord)['KeyId']);
}
const describeKey = async (id: string) => (await call('DescribeKey', { KeyId: id }))['KeyMetadata'] as RpcRecord;
const stateOf = async (id: string) => (await describeKey(id))['KeyState'];

describe('the KMS API', () => {
  it('makes a key and describes it', async () => {
    const id = await newKey();
    const metadata = await describeKey(id);
    expect(metadata).toMatchObject({
      KeyId: id,
      Arn: `acs:kms:cn-hangzhou:1234567890123456:key/${id}`,
      Description: 'mine',
      KeyState: 'Enabled',
      Creator: '1234567890123456',
      CreationDate: '2024-05-01T08:00:00Z',
      DeleteDate: '',
      LastRotationDate: undefined,
    });
    expect(JSON.stringify(metadata)).not.toContain('sealed');
  });

  it('lists keys by page, that of the service among them', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      clock.nowMs += 1000;
      ids.push(await newKey());
    }
    clock.nowMs += 1000;
    const { keyId: service = '' } = await ring.wrap({ algorithm: 'KMS' }, new Uint8Array(32));
    await ring.wrap({ algorithm: 'AES256' }, new Uint8Array(32));
    const pageOf = async (parameters: Readonly<Record<string, string>>) => {
      const { Keys, ...facts } = await call('ListKeys', parameters);
      return [((Keys as RpcRecord)['Key'] as readonly RpcRecord[]).map((key) => key['KeyId']), facts];
    };
    expect(await pageOf({})).toEqual([[...ids, service], { PageNumber: 1, PageSize: 10, TotalCount: 4 }]);
    expect(await pageOf({ PageNumber: '2', PageSize: '3' })).toEqual([[service], { PageNumber: 2, PageSize: 3, TotalCount: 4 }]);
    expect(await pageOf({ PageNumber: '9' })).toEqual([[], { PageNumber: 9, PageSize: 10, TotalCount: 4 }]);
    expect((await describeKey(service))['Creator']).toBe('OSS');
    expect(await refusalOf('DisableKey', { KeyId: service })).toBe('400 UnsupportedOperation');
    expect(await refusalOf('ScheduleKeyDeletion', { KeyId: service })).toBe('400 UnsupportedOperation');
  });

  it('rotates a key', async () => {
    const id = await newKey();
    const before = await describeKey(id);
    clock.nowMs += 90_000;
    const { KeyVersion } = await call('CreateKeyVersion', { KeyId: id });
    const { KeyVersionId } = KeyVersion as RpcRecord;
    expect(KeyVersion).toMatchObject({ KeyId: id, CreationDate: '2024-05-01T08:01:30Z' });
    expect(await describeKey(id)).toMatchObject({ PrimaryKeyVersion: KeyVersionId, LastRotationDate: '2024-05-01T08:01:30Z' });
    expect(KeyVersionId).not.toBe(before['PrimaryKeyVersion']);
  });

  it.each([
    ['Enabled', 'EnableKey', 'none', 'Enabled'],
    ['Enabled', 'DisableKey', 'none', 'Disabled'],
    ['Enabled', 'CreateKeyVersion', 'none', 'Enabled'],
    ['Enabled', 'ScheduleKeyDeletion', 'none', 'PendingDeletion'],
    ['Enabled', 'CancelKeyDeletion', '409 Rejected.StateModifiedFailed', 'Enabled'],
    ['Disabled', 'EnableKey', 'none', 'Enabled'],
    ['Disabled', 'DisableKey', 'none', 'Disabled'],
    ['Disabled', 'CreateKeyVersion', '409 Rejected.Disabled', 'Disabled'],
    ['Disabled', 'ScheduleKeyDeletion', 'none', 'PendingDeletion'],
    ['Disabled', 'CancelKeyDeletion', '409 Rejected.StateModifiedFailed', 'Disabled'],
    ['PendingDeletion', 'EnableKey', '409 Rejected.StateModifiedFailed', 'PendingDeletion'],
    ['PendingDeletion', 'DisableKey', '409 Rejected.StateModifiedFailed', 'PendingDeletion'],
    ['PendingDeletion', 'CreateKeyVersion', '409 Rejected.PendingDeletion', 'PendingDeletion'],
    ['PendingDeletion', 'ScheduleKeyDeletion', '409 Rejected.StateModifiedFailed', 'PendingDeletion'],
    ['PendingDeletion', 'CancelKeyDeletion', 'none', 'Enabled'],
  ] as const)('of a key that is %s: %s → %s', async (state, name, refusal, after) => {
    const id = await newKey();
    if (state === 'Disabled') await call('DisableKey', { KeyId: id });
    if (state === 'PendingDeletion') await call('ScheduleKeyDeletion', { KeyId: id });
    expect(await refusalOf(name, { KeyId: id })).toBe(refusal);
    expect(await stateOf(id)).toBe(after);
  });

  it('deletes a key after its days', async () => {
    const id = await newKey();
    await call('ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: '7' });
    expect((await describeKey(id))['DeleteDate']).toBe('2024-05-08T08:00:00Z');
    clock.nowMs += 7 * dayMs;
    expect(await refusalOf('DescribeKey', { KeyId: id })).toBe('404 Forbidden.KeyNotFound');
    expect(await call('ListKeys')).toMatchObject({ TotalCount: 0 });
  });

  it('refuses bad input, and nothing changes', async () => {
    const id = await newKey();
    const bad: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
      ['CreateKey', { Origin: 'EXTERNAL' }, '400 InvalidParameter.Origin'],
      ['CreateKey', { KeySpec: 'RSA_2048' }, '400 InvalidParameter.KeySpec'],
      ['CreateKey', { EnableAutomaticRotation: 'true' }, '400 InvalidParameter.EnableAutomaticRotation'],
      ['CreateKey', { Description: 'x'.repeat(8193) }, '400 InvalidParameter.Description'],
      ['ListKeys', { PageNumber: '0' }, '400 InvalidParameter.PageNumber'],
      ['ListKeys', { PageSize: '101' }, '400 InvalidParameter.PageSize'],
      ['ListKeys', { PageSize: 'ten' }, '400 InvalidParameter.PageSize'],
      ['ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: '6' }, '400 InvalidParameter.PendingWindowInDays'],
      ['ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: '367' }, '400 InvalidParameter.PendingWindowInDays'],
      ...['DescribeKey', 'EnableKey', 'DisableKey', 'CreateKeyVersion', 'ScheduleKeyDeletion', 'CancelKeyDeletion'].flatMap(
        (name) =>
          [
            [name, {}, '400 MissingKeyId'],
            [name, { KeyId: unknown }, '404 Forbidden.KeyNotFound'],
          ] as const,
      ),
    ];
    for (const [name, parameters, refusal] of bad) expect([name, await refusalOf(name, parameters)]).toEqual([name, refusal]);
    expect(await stateOf(id)).toBe('Enabled');
    expect(await call('ListKeys')).toMatchObject({ TotalCount: 1 });
  });

  it('is refused where the keys are not of this server', async () => {
    const facts = { clock, ownerId: '1', region: 'cn-hangzhou' };
    for (const { run } of kmsActions(undefined, facts)) {
      expect(() => run({ parameters: {}, caller: undefined as never, sourceIp: '', isSecure: false })).toThrow(
        'managed by another service',
      );
    }
  });
});
