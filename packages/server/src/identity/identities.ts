import type { Random, Store } from '@ossature/store';
import type { Account } from '../auth/account.ts';
import type { Principal, RolePrincipal, UserPrincipal } from '../auth/principal.ts';
import { compilePolicy } from '../authorization/compile-policy.ts';
import type { Policy } from '../authorization/policy.ts';
import type { ServerKey } from '../secrets/server-key.ts';
import { Collection } from './collection.ts';
import type { AccessKeyRecord, AttachedPolicy, PolicyRecord, RoleRecord, UserRecord } from './records.ts';
import { openSession, type Session } from './security-token.ts';
import { systemPolicies } from './system-policies.ts';

/** Why a key, or a key with its token, is nobody's. */
export type CredentialsFault = 'unknown' | 'disabled' | 'token-malformed' | 'token-expired' | 'token-of-another';

export type FoundCredentials =
  | { readonly fault: CredentialsFault }
  | { readonly fault?: undefined; readonly secret: string; readonly principalOf: (signingRegion: string | undefined) => Principal };

export interface IdentitySources {
  readonly store: Store;
  readonly key: ServerKey;
  readonly account: Account;
  readonly random: Random;
  readonly now: () => number;
}

interface OpenedSession extends Session {
  readonly compiled: Policy | undefined;
}

/** Tokens that were opened already, the oldest first. */
const rememberedSessions = 1024;

/**
 * Everybody whom the server knows: the account, its users with their keys, and those who have assumed a role. Kept as documents `ram/…` and read once, at the start; from
 * then on memory answers.
 */
export class Identities {
  readonly account: Account;
  readonly key: ServerKey;
  readonly random: Random;
  readonly now: () => number;
  readonly users: Collection<UserRecord>;
  readonly accessKeys: Collection<AccessKeyRecord>;
  readonly policies: Collection<PolicyRecord>;
  readonly roles: Collection<RoleRecord>;
  readonly #settings: Collection<boolean>;
  readonly #compiled = new Map<string, Policy>();
  readonly #secrets = new Map<string, string>();
  readonly #sessions = new Map<string, OpenedSession>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    { key, account, random, now }: IdentitySources,
    kept: readonly [
      Collection<UserRecord>,
      Collection<AccessKeyRecord>,
      Collection<PolicyRecord>,
      Collection<RoleRecord>,
      Collection<boolean>,
    ],
  ) {
    this.key = key;
    this.account = account;
    this.random = random;
    this.now = now;
    [this.users, this.accessKeys, this.policies, this.roles, this.#settings] = kept;
  }

  static async load(sources: IdentitySources): Promise<Identities> {
    const { store } = sources;
    return new Identities(sources, [
      await Collection.load<UserRecord>(store, 'ram/user/'),
      await Collection.load<AccessKeyRecord>(store, 'ram/access-key/'),
      await Collection.load<PolicyRecord>(store, 'ram/policy/'),
      await Collection.load<RoleRecord>(store, 'ram/role/'),
      await Collection.load<boolean>(store, 'ram/setting/'),
    ]);
  }

  /** Runs one change after the other: what a change has judged is still so when it writes. */
  change<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** The account blocks public access to all of its buckets. */
  get blocksPublicAccess(): boolean {
    return this.#settings.get('block-public-access') === true;
  }

  setBlocksPublicAccess(blocks: boolean): Promise<void> {
    return this.change(() => (blocks ? this.#settings.put('block-public-access', true) : this.#settings.remove('block-public-access')));
  }

  /** Whose key this is. The token's errors come before anything that takes the secret. */
  find(accessKeyId: string, token: string | undefined): FoundCredentials {
    const isOfAccount = accessKeyId === this.account.accessKeyId;
    const record = isOfAccount ? undefined : this.accessKeys.get(accessKeyId);
    if (token !== undefined && (isOfAccount || record !== undefined || accessKeyId.startsWith(sessionKeyPrefix))) {
      return this.#findSession(accessKeyId, token);
    }
    const { ownerId } = this.account;
    if (isOfAccount) {
      const { accessKeySecret } = this.account;
      return { secret: accessKeySecret, principalOf: (signingRegion) => ({ kind: 'account', accessKeyId, ownerId, signingRegion }) };
    }
    const user = this.#userOf(record);
    if (record === undefined || user === undefined) return { fault: 'unknown' };
    if (record.status !== 'Active') return { fault: 'disabled' };
    const principalOf = (signingRegion: string | undefined): Principal => ({
      kind: 'user',
      accessKeyId,
      ownerId,
      signingRegion,
      userId: user.id,
      userName: user.name,
      policies: this.policiesOf(user.policies),
    });
    return { secret: this.#secretOf(record), principalOf };
  }

  /** A user who was found by its key, with the policies that it has now. */
  currentUser(principal: UserPrincipal): UserPrincipal | CredentialsFault {
    const record = this.accessKeys.get(principal.accessKeyId);
    const user = this.#userOf(record);
    if (record === undefined || user?.id !== principal.userId) return 'unknown';
    if (record.status !== 'Active') return 'disabled';
    return { ...principal, policies: this.policiesOf(user.policies) };
  }

  /** A role that was found by a token, with the policies that it has now. */
  currentRole(principal: RolePrincipal): RolePrincipal | CredentialsFault {
    const role = this.roles.get(principal.roleName);
    if (role?.id !== principal.roleId) return 'token-malformed';
    return { ...principal, policies: this.policiesOf(role.policies) };
  }

  #userOf(record: AccessKeyRecord | undefined): UserRecord | undefined {
    return record === undefined ? undefined : this.users.get(record.userName);
  }

  #findSession(accessKeyId: string, token: string): FoundCredentials {
    const session = this.#sessionOf(token);
    if (session === undefined) return { fault: 'token-malformed' };
    if (session.accessKeyId !== accessKeyId) return { fault: 'token-of-another' };
    if (session.expiresMs <= this.now()) return { fault: 'token-expired' };
    const role = this.roles.get(session.roleName);
    if (role === undefined || role.id !== session.roleId) return { fault: 'token-malformed' };
    const principalOf = (signingRegion: string | undefined): Principal => ({
      kind: 'role',
      accessKeyId,
      ownerId: this.account.ownerId,
      signingRegion,
      roleId: role.id,
      roleName: role.name,
      sessionName: session.sessionName,
      policies: this.policiesOf(role.policies),
      sessionPolicy: session.compiled,
    });
    return { secret: session.accessKeySecret, principalOf };
  }

  #sessionOf(token: string): OpenedSession | undefined {
    const known = this.#sessions.get(token);
    if (known !== undefined) return known;
    const session = openSession(this.key, token);
    if (session === undefined) return undefined;
    const opened = { ...session, compiled: session.policy === undefined ? undefined : compilePolicy(session.policy, { kind: 'identity' }) };
    if (this.#sessions.size >= rememberedSessions) for (const [oldest] of this.#sessions) if (this.#sessions.delete(oldest)) break;
    this.#sessions.set(token, opened);
    return opened;
  }

  #secretOf({ id, sealedSecret }: AccessKeyRecord): string {
    const known = this.#secrets.get(id);
    if (known !== undefined) return known;
    const secret = Buffer.from(this.key.open(accessKeyPurpose, id, sealedSecret)).toString('utf8');
    this.#secrets.set(id, secret);
    return secret;
  }

  /** Compiled. An attached policy cannot be deleted, so each of them is there. */
  policiesOf(attached: readonly AttachedPolicy[]): readonly Policy[] {
    return attached.flatMap(({ type, name }) => {
      const policy = type === 'System' ? systemPolicies.get(name)?.policy : this.#customPolicy(name);
      return policy === undefined ? [] : [policy];
    });
  }

  #customPolicy(name: string): Policy | undefined {
    const record = this.policies.get(name);
    if (record === undefined) return undefined;
    const known = this.#compiled.get(record.document) ?? compilePolicy(record.document, { kind: 'identity' });
    this.#compiled.set(record.document, known);
    return known;
  }

  /** What is remembered of records that are gone. */
  forget(what: { readonly accessKeyId?: string; readonly document?: string }): void {
    if (what.accessKeyId !== undefined) this.#secrets.delete(what.accessKeyId);
    if (what.document !== undefined) this.#compiled.delete(what.document);
  }
}

export const accessKeyPurpose = 'access key';
/** How the ids of temporary keys begin. */
export const sessionKeyPrefix = 'STS.';
