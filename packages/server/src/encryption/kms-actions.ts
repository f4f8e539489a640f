import type { Clock } from '@ossature/store';
import {
  invalidParameter,
  optionalParameter,
  type RpcAction,
  type RpcCall,
  RpcError,
  type RpcRecord,
  requiredParameter,
} from '../rpc/rpc-action.ts';
import type { LocalKeyRing } from './local-key-ring.ts';
import { type MasterKey, masterKeyLimits } from './master-key.ts';

/** Of the Key Management Service. */
const version = '2016-01-20';
const dayMs = 24 * 60 * 60 * 1000;
const defaultPendingDays = 30;
const pageLimits = { defaultKeys: 10, maxKeys: 100 } as const;

interface KmsFacts {
  readonly clock: Clock;
  /** Of the account, as names of resources have it. */
  readonly ownerId: string;
  readonly region: string;
}

/**
 * The part of the KMS API that manages keys (KMS: API of 2016-01-20), over the server's own key ring. What a key's state allows is as KMS documents it in "Impact of
 * CMK status on API operations". Undefined: the server was given a key ring, and its keys are managed there.
 */
export function kmsActions(ring: LocalKeyRing | undefined, facts: KmsFacts): readonly RpcAction[] {
  const action = (name: string, run: (ring: LocalKeyRing, call: RpcCall, facts: KmsFacts) => Promise<RpcRecord>): RpcAction => ({
    name,
    version,
    callers: 'account',
    run: (call) => {
      if (ring === undefined)
        throw new RpcError(400, 'UnsupportedOperation', 'The master keys of this server are managed by another service.');
      return run(ring, call, facts);
    },
  });
  return [
    action('CreateKey', createKey),
    action('DescribeKey', describeKey),
    action('ListKeys', listKeys),
    action('EnableKey', enableKey),
    action('DisableKey', disableKey),
    action('CreateKeyVersion', createKeyVersion),
    action('ScheduleKeyDeletion', scheduleKeyDeletion),
    action('CancelKeyDeletion', cancelKeyDeletion),
  ];
}

/** What can be asked of a new key and has one answer here; anything else is refused, not ignored. */
const onlyValues: readonly (readonly [name: string, value: string])[] = [
  ['KeyUsage', 'ENCRYPT/DECRYPT'],
  ['Origin', 'Aliyun_KMS'],
  ['ProtectionLevel', 'SOFTWARE'],
  ['KeySpec', 'Aliyun_AES_256'],
  ['EnableAutomaticRotation', 'false'],
];

async function createKey(ring: LocalKeyRing, call: RpcCall, facts: KmsFacts): Promise<RpcRecord> {
  for (const [name, value] of onlyValues) {
    const given = optionalParameter(call, name);
    if (given !== undefined && given !== value) throw invalidParameter(name, `The only ${name} of this server is ${value}.`);
  }
  const description = optionalParameter(call, 'Description') ?? '';
  if ([...description].length > masterKeyLimits.descriptionCharacters) {
    throw invalidParameter('Description', `A description has at most ${masterKeyLimits.descriptionCharacters} characters.`);
  }
  const key = await ring.createKey(description);
  if (key === undefined) throw new RpcError(409, 'Rejected.LimitExceeded', `There are at most ${masterKeyLimits.keys} keys.`);
  return { KeyMetadata: metadataOf(key, facts) };
}

async function describeKey(ring: LocalKeyRing, call: RpcCall, facts: KmsFacts): Promise<RpcRecord> {
  return { KeyMetadata: metadataOf(mustExist(ring.getKey(requiredParameter(call, 'KeyId'))), facts) };
}

async function listKeys(ring: LocalKeyRing, call: RpcCall, facts: KmsFacts): Promise<RpcRecord> {
  const number = integerParameter(call, 'PageNumber', 1, Number.MAX_SAFE_INTEGER) ?? 1;
  const size = integerParameter(call, 'PageSize', 1, pageLimits.maxKeys) ?? pageLimits.defaultKeys;
  const keys = await ring.listKeys();
  const page = keys.slice((number - 1) * size, number * size);
  return {
    Keys: { Key: page.map((key) => ({ KeyId: key.id, KeyArn: arnOf(key, facts) })) },
    PageNumber: number,
    PageSize: size,
    TotalCount: keys.length,
  };
}

async function enableKey(ring: LocalKeyRing, call: RpcCall): Promise<RpcRecord> {
  return await change(ring, call, (key) => {
    if (key.state === 'PendingDeletion') throw stateNotModified();
    return { state: 'Enabled' };
  });
}

async function disableKey(ring: LocalKeyRing, call: RpcCall): Promise<RpcRecord> {
  return await change(ring, call, (key) => {
    mustBeOfCustomer(key);
    if (key.state === 'PendingDeletion') throw stateNotModified();
    return { state: 'Disabled' };
  });
}

/** A rotation by hand: objects stay readable, and what is written from now on is wrapped under the new version. */
async function createKeyVersion(ring: LocalKeyRing, call: RpcCall): Promise<RpcRecord> {
  const key = mustExist(
    await ring.rotateKey(requiredParameter(call, 'KeyId'), ({ state, versions }) => {
      if (state !== 'Enabled') {
        throw new RpcError(409, `Rejected.${state}`, `The request was rejected because the key state is ${state}.`);
      }
      if (versions.length >= masterKeyLimits.versions) {
        throw new RpcError(409, 'Rejected.LimitExceeded', `A key has at most ${masterKeyLimits.versions} versions.`);
      }
    }),
  );
  const newest = key.versions.at(-1);
  return { KeyVersion: { KeyId: key.id, KeyVersionId: newest?.id, CreationDate: dateOf(newest?.createdMs) } };
}

async function scheduleKeyDeletion(ring: LocalKeyRing, call: RpcCall, { clock }: KmsFacts): Promise<RpcRecord> {
  const days = integerParameter(call, 'PendingWindowInDays', 7, 366) ?? defaultPendingDays;
  return await change(ring, call, (key) => {
    mustBeOfCustomer(key);
    if (key.state === 'PendingDeletion') throw stateNotModified();
    return { state: 'PendingDeletion', deletionMs: clock.now() + days * dayMs };
  });
}

async function cancelKeyDeletion(ring: LocalKeyRing, call: RpcCall): Promise<RpcRecord> {
  return await change(ring, call, (key) => {
    if (key.state !== 'PendingDeletion') throw stateNotModified();
    return { state: 'Enabled' };
  });
}

async function change(ring: LocalKeyRing, call: RpcCall, decide: Parameters<LocalKeyRing['changeKey']>[1]): Promise<RpcRecord> {
  mustExist(await ring.changeKey(requiredParameter(call, 'KeyId'), decide));
  return {};
}

function metadataOf(key: MasterKey, facts: KmsFacts): RpcRecord {
  const [first] = key.versions;
  const newest = key.versions.at(-1);
  return {
    KeyId: key.id,
    Arn: arnOf(key, facts),
    Description: key.description,
    KeyState: key.state,
    KeySpec: 'Aliyun_AES_256',
    KeyUsage: 'ENCRYPT/DECRYPT',
    Origin: 'Aliyun_KMS',
    ProtectionLevel: 'SOFTWARE',
    AutomaticRotation: 'Disabled',
    Creator: key.kind === 'service' ? 'OSS' : facts.ownerId,
    CreationDate: dateOf(key.createdMs),
    DeleteDate: dateOf(key.deletionMs) ?? '',
    MaterialExpireTime: '',
    PrimaryKeyVersion: newest?.id,
    LastRotationDate: newest === first ? undefined : dateOf(newest?.createdMs),
  };
}

function arnOf(key: MasterKey, { region, ownerId }: KmsFacts): string {
  return `acs:kms:${region}:${ownerId}:key/${key.id}`;
}

function dateOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function integerParameter(call: RpcCall, name: string, min: number, max: number): number | undefined {
  const text = optionalParameter(call, name);
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max)) throw invalidParameter(name, `${name} must be an integer from ${min} to ${max}.`);
  return number;
}

function mustExist(key: MasterKey | undefined): MasterKey {
  if (key === undefined) throw new RpcError(404, 'Forbidden.KeyNotFound', 'The specified Key is not found.');
  return key;
}

/** The key of the service belongs to nobody who could switch it off. */
function mustBeOfCustomer(key: MasterKey): void {
  if (key.kind === 'service') throw new RpcError(400, 'UnsupportedOperation', 'This action is not supported for keys of the service.');
}

function stateNotModified(): RpcError {
  return new RpcError(409, 'Rejected.StateModifiedFailed', 'The request was rejected because the key state cannot be changed so.');
}
