import type { Permission } from '@ossature/protocol';
import type { Bucket, StoredObject } from '@ossature/store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anonymous, type Principal, type RolePrincipal, type UserPrincipal } from '../auth/principal.ts';
import { compilePolicy } from './compile-policy.ts';
import { judgeAccess } from './judge.ts';
import type { Policy } from './policy.ts';
import { quietEnvironment, type RequestEnvironment } from './request-environment.ts';

const ownerId = '1000000000000001';
const otherId = '2000000000000002';
const userId = '200000000000000001';
const actions = ['oss:GetObject', 'oss:PutObject', 'oss:ListObjects', 'oss:PutObjectAcl', 'oss:GetBucketAcl'] as const;
type Action = (typeof actions)[number];

interface StatementText {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: readonly string[];
  readonly Condition?: object;
}
const textOf = (...statements: readonly StatementText[]) => JSON.stringify({ Version: '1', Statement: statements });
const identity = (...statements: readonly StatementText[]): Policy => compilePolicy(textOf(...statements), { kind: 'identity' });

const known = { ownerId, signingRegion: undefined };
const user = (policies: readonly Policy[], of = ownerId): UserPrincipal => ({
  ...known,
  ownerId: of,
  kind: 'user',
  accessKeyId: 'user-key',
  userId,
  userName: 'alice',
  policies,
});
const role = (policies: readonly Policy[], sessionPolicy?: Policy, of = ownerId): RolePrincipal => ({
  ...known,
  ownerId: of,
  kind: 'role',
  accessKeyId: 'STS.x',
  roleId: '300000000000000001',
  roleName: 'reader',
  sessionName: 'nightly',
  policies,
  sessionPolicy,
});
const account = (of = ownerId): Principal => ({ ...known, ownerId: of, kind: 'account', accessKeyId: 'account-key' });

function bucketWith(policy: string | undefined, more: Partial<Bucket> = {}): Bucket {
  return {
    id: 'b',
    name: 'bkt',
    region: 'cn-hangzhou',
    ownerId,
    createdMs: 0,
    acl: 'private',
    storageClass: 'Standard',
    dataRedundancyType: 'LRS',
    configurations: policy === undefined ? {} : { policy },
    ...more,
  };
}

const permission = (action: Permission['action'], key = 'dir/k'): Permission =>
  /Bucket|List/.test(action) ? { action, bucket: 'bkt' } : { action, bucket: 'bkt', key };

function judge(
  principal: Principal,
  action: Permission['action'],
  bucket: Bucket,
  { object, ...environment }: Partial<RequestEnvironment> & { readonly object?: StoredObject } = {},
) {
  return judgeAccess(principal, permission(action), { bucket, object }, { ...quietEnvironment, ...environment });
}

const everything = ['acs:oss:*:*:bkt', 'acs:oss:*:*:bkt/*'];
const says = (verdict: 'none' | 'allow' | 'deny'): StatementText[] =>
  verdict === 'none' ? [] : [{ Effect: verdict === 'allow' ? 'Allow' : 'Deny', Action: 'oss:*', Resource: everything }];
const other: StatementText = { Effect: 'Allow', Action: 'oss:DoNothing', Resource: everything };

/** Rows: what identity policies say (none, allow, deny). Columns: what the bucket policy says. `+` may, `-` nobody says so, `x` denied. */
const grids = {
  'a user of the owner': ['-+x', '++x', 'xxx'],
  'a role of the owner': ['-+x', '++x', 'xxx'],
  'a user of another account': ['--x', '-+x', 'xxx'],
  'a role of another account': ['--x', '-+x', 'xxx'],
  'the owner': ['++x'],
  'another account': ['-+x'],
  nobody: ['-+x'],
} as const;
const verdicts = ['none', 'allow', 'deny'] as const;

function principalOf(who: keyof typeof grids, ofIdentity: (typeof verdicts)[number]): Principal {
  const policies = [identity(other, ...says(ofIdentity))];
  switch (who) {
    case 'a user of the owner':
      return user(policies);
    case 'a role of the owner':
      return role(policies);
    case 'a user of another account':
      return user(policies, otherId);
    case 'a role of another account':
      return role(policies, undefined, otherId);
    case 'the owner':
      return account();
    case 'another account':
      return account(otherId);
    case 'nobody':
      return anonymous;
  }
}

/** Everybody by name: the asterisk alone would not speak to the owner. */
const namesOf = [ownerId, otherId, userId, `arn:sts::${ownerId}:assumed-role/reader/*`, '*'];

describe('identity policies and bucket policies together', () => {
  for (const [who, grid] of Object.entries(grids) as [keyof typeof grids, readonly string[]][]) {
    for (const [i, line] of grid.entries()) {
      for (const [j, sign] of [...line].entries()) {
        const [ofIdentity, ofBucket] = [verdicts[i] ?? 'none', verdicts[j] ?? 'none'];
        const policy = textOf({ ...other, Principal: namesOf }, ...says(ofBucket).map((each) => ({ ...each, Principal: namesOf })));
        it.each(actions)(`${who}, identity ${ofIdentity}, bucket ${ofBucket}: %s`, (action) => {
          for (const acl of ['private', 'public-read', 'public-read-write'] as const) {
            const refusal = judge(principalOf(who, ofIdentity), action, bucketWith(policy, { acl }));
            const isGrantedByList = grantsAll(acl, action) && !(who.endsWith('of another account') && ofIdentity !== 'allow');
            const expected = sign === '-' && isGrantedByList ? '+' : sign;
            const isDenied = refusal?.ec === '0003-00000101' || refusal?.ec === '0003-00000201';
            expect([acl, refusal === undefined ? '+' : isDenied ? 'x' : '-']).toEqual([acl, expected]);
          }
        });
      }
    }
  }
});

function grantsAll(acl: Bucket['acl'], action: Action): boolean {
  if (action === 'oss:GetObject') return acl !== 'private';
  return action === 'oss:PutObject' && acl === 'public-read-write';
}

describe('session policies', () => {
  const all = [identity({ Effect: 'Allow', Action: '*', Resource: '*' })];
  const puts = identity({ Effect: 'Allow', Action: 'oss:PutObject', Resource: 'acs:oss:*:*:bkt/dir/*' });

  it('let through what they allow, and nothing else, whoever else would', () => {
    const bucket = bucketWith(textOf({ Effect: 'Allow', Action: 'oss:*', Resource: everything, Principal: ['*'] }), {
      acl: 'public-read-write',
    });
    expect(judge(role(all, puts), 'oss:PutObject', bucket)).toBeUndefined();
    const refusal = judge(role(all, puts), 'oss:GetObject', bucket);
    expect([refusal?.code, refusal?.message]).toEqual(['AccessDenied', "Access denied by authorizer's policy."]);
    expect(refusal?.elements).toMatchObject({
      'AccessDeniedDetail.AuthAction': 'oss:GetObject',
      'AccessDeniedDetail.AuthPrincipalType': 'AssumedRoleUser',
      'AccessDeniedDetail.AuthPrincipalDisplayName': 'reader:nightly',
    });
  });

  it('grant nothing by themselves', () => {
    expect(judge(role([], puts), 'oss:PutObject', bucketWith(undefined))?.ec).toBe('0003-00000001');
  });
});

describe('principals of bucket policies', () => {
  const allows = (Principal: readonly string[] | undefined, principal: Principal, more: object = {}) => {
    const policy = textOf({ Effect: 'Allow', Action: 'oss:GetObject', Resource: everything, ...(Principal ? { Principal } : {}), ...more });
    return judge(principal, 'oss:GetObject', bucketWith(policy)) === undefined;
  };

  it.each<[string, readonly string[] | undefined, Principal, boolean]>([
    ['nobody is everybody', ['*'], anonymous, true],
    ['no principal is everybody', undefined, anonymous, true],
    ['an account by its number', [otherId], account(otherId), true],
    ['another account', ['3000000000000003'], account(otherId), false],
    ['a user by their number', [userId], user([]), true],
    ['a user is not their account', [ownerId], user([]), false],
    ['a foreign user is, where their own account lets them go', [otherId], user([identity(...says('allow'))], otherId), true],
    ['a session by its name', [`arn:sts::${ownerId}:assumed-role/reader/nightly`], role([]), true],
    ['every session of a role', [`arn:sts::${ownerId}:assumed-role/reader/*`], role([]), true],
    ['a session of another role', [`arn:sts::${ownerId}:assumed-role/writer/*`], role([]), false],
    ['a session of another account', [`arn:sts::${otherId}:assumed-role/reader/*`], role([]), false],
    ['a number is not anonymous', [otherId], anonymous, false],
  ])('%s', (_, principal, caller, expected) => {
    expect(allows(principal, caller)).toBe(expected);
  });

  it('everybody without a condition is not the owner; with one, it is', () => {
    const deny = { Effect: 'Deny', Action: 'oss:*', Resource: everything, Principal: ['*'] } as const;
    const bare = bucketWith(textOf(deny));
    const bound = bucketWith(textOf({ ...deny, Condition: { NotIpAddress: { 'acs:SourceIp': '10.0.0.0/8' } } }));
    const from = { sourceIp: '192.0.2.1' };
    expect(judge(account(), 'oss:GetObject', bare, from)).toBeUndefined();
    expect(judge(account(otherId), 'oss:GetObject', bare, from)?.message).toBe('Access denied by bucket policy.');
    expect(judge(user([identity(...says('allow'))]), 'oss:GetObject', bare, from)?.ec).toBe('0003-00000101');
    expect(judge(account(), 'oss:GetObject', bound, from)?.ec).toBe('0003-00000101');
    expect(judge(account(), 'oss:GetObject', bound, { sourceIp: '10.1.1.1' })).toBeUndefined();
    const named = bucketWith(textOf({ ...deny, Principal: [ownerId] }));
    expect(judge(account(), 'oss:GetObject', named, from)?.ec).toBe('0003-00000101');
  });
});

describe('resources and actions', () => {
  it.each([
    ['oss:GetObject', 'acs:oss:*:*:bkt/*', true],
    ['oss:GetObject', 'acs:oss:*:*:bkt/dir/*', true],
    ['oss:GetObject', 'acs:oss:*:*:bkt/other/*', false],
    ['oss:GetObject', 'acs:oss:*:*:bkt', false],
    ['oss:GetObject', `acs:oss:*:${ownerId}:bkt/dir/?`, true],
    ['oss:GetObject', `acs:oss:*:${otherId}:bkt/*`, false],
    ['oss:GetObject', 'acs:oss:cn-hangzhou:*:bkt/*', true],
    ['oss:GetObject', 'acs:oss:oss-cn-hangzhou:*:bkt/*', true],
    ['oss:GetObject', 'acs:oss:oss-cn-shanghai:*:bkt/*', false],
    ['oss:Get*', 'acs:oss:*:*:*', true],
    ['oss:*Object', 'acs:oss:*:*:bk?/*', true],
    ['oss:GetObjectVersion', 'acs:oss:*:*:bkt/*', false],
    ['oss:getobject', 'acs:oss:*:*:bkt/*', false],
    ['*', '*', true],
  ])('%s on %s: %s', (action, resource, expected) => {
    const policy = identity({ Effect: 'Allow', Action: action, Resource: resource });
    expect(judge(user([policy]), 'oss:GetObject', bucketWith(undefined)) === undefined).toBe(expected);
  });

  it('of the service name no bucket', () => {
    const may = (resource: string) => {
      const policy = identity({ Effect: 'Allow', Action: 'oss:ListBuckets', Resource: resource });
      return judgeAccess(user([policy]), { action: 'oss:ListBuckets' }, { bucket: undefined, object: undefined }) === undefined;
    };
    expect(['acs:oss:*:*:*', '*', 'acs:oss:*:*:bkt', 'acs:oss:*:*:bkt/*'].map(may)).toEqual([true, true, false, false]);
    const refusal = judgeAccess(user([]), { action: 'oss:ListBuckets' }, { bucket: undefined, object: undefined });
    expect(refusal?.elements).toMatchObject({ 'AccessDeniedDetail.NoPermissionType': 'ImplicitDeny' });
  });
});

describe('laws', () => {
  const statement = fc.record({
    Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    Action: fc.subarray([...actions, 'oss:Get*', 'oss:*'], { minLength: 1 }),
    Resource: fc.subarray([...everything, 'acs:oss:*:*:bkt/dir/*', 'acs:oss:*:*:bkt/x'], { minLength: 1 }),
    Condition: fc.constantFrom({}, { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } }, { Bool: { 'acs:SecureTransport': 'true' } }),
  });
  const ofBucket = fc.tuple(statement, fc.subarray(namesOf, { minLength: 1 })).map(([each, Principal]) => ({ ...each, Principal }));
  const scene = fc.record({
    identity: fc.array(statement, { minLength: 1, maxLength: 3 }),
    session: fc.array(statement, { minLength: 1, maxLength: 2 }),
    policy: fc.array(ofBucket, { minLength: 1, maxLength: 3 }),
    who: fc.integer({ min: 0, max: 5 }),
    acl: fc.constantFrom('private' as const, 'public-read' as const, 'public-read-write' as const),
    action: fc.constantFrom(...actions),
    isFromHome: fc.boolean(),
    isSecure: fc.boolean(),
  });

  function callers(own: readonly StatementText[], session: Policy | undefined): readonly Principal[] {
    const policies = own.length === 0 ? [] : [identity(...own)];
    return [user(policies), role(policies, session), user(policies, otherId), account(), account(otherId), anonymous];
  }

  it('an explicit deny more never grants', () => {
    fc.assert(
      fc.property(scene, statement, fc.boolean(), (drawn, extra, isOfBucket) => {
        const deny = { ...extra, Effect: 'Deny' } as const;
        const environment = { sourceIp: drawn.isFromHome ? '10.1.1.1' : '192.0.2.1', isSecure: drawn.isSecure };
        const refused = (own: readonly StatementText[], policy: readonly StatementText[]) => {
          const caller = callers(own, undefined)[drawn.who] ?? anonymous;
          return judge(caller, drawn.action, bucketWith(textOf(...policy), { acl: drawn.acl }), environment) !== undefined;
        };
        if (!refused(drawn.identity, drawn.policy)) return;
        const more = isOfBucket
          ? refused(drawn.identity, [...drawn.policy, { ...deny, Principal: namesOf }])
          : refused([...drawn.identity, deny], drawn.policy);
        expect(more).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('a session policy never widens', () => {
    fc.assert(
      fc.property(scene, (drawn) => {
        const environment = { sourceIp: drawn.isFromHome ? '10.1.1.1' : '192.0.2.1', isSecure: drawn.isSecure };
        const bucket = bucketWith(textOf(...drawn.policy), { acl: drawn.acl });
        const refused = (session: Policy | undefined) =>
          judge(callers(drawn.identity, session)[1] ?? anonymous, drawn.action, bucket, environment) !== undefined;
        if (refused(undefined)) expect(refused(identity(...drawn.session))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('its cost', () => {
  it('is some microseconds for fifty statements', () => {
    const statements = Array.from({ length: 50 }, (_, i) => ({
      Effect: i % 2 === 0 ? ('Allow' as const) : ('Deny' as const),
      Action: ['oss:GetObject', 'oss:Put*'],
      Resource: [`acs:oss:*:*:bkt/team-${i}/*`],
      Principal: [userId, '*'],
      Condition: { IpAddress: { 'acs:SourceIp': ['10.0.0.0/8'] }, StringLike: { 'acs:UserAgent': ['*x*'] } },
    }));
    const bucket = bucketWith(textOf(...statements));
    const run = () => judge(account(), 'oss:PutObject', bucket, { sourceIp: '10.0.0.1' });
    for (let i = 0; i < 200; i++) run();
    const startMs = performance.now();
    for (let i = 0; i < 1000; i++) expect(run()).toBeUndefined();
    // A bound for slow machines: it takes a tenth of that.
    expect((performance.now() - startMs) / 1000).toBeLessThan(0.5);
  });
});
