import { type Clock, type Encryption, type Envelope, KeyFault, type KeyRing, type Random, type Store, StoreError } from '@ossature/store';
import type { ServerKey } from '../secrets/server-key.ts';
import { documentOfKey, isGone, type KeyVersion, keyDocuments, type MasterKey, masterKeyLimits, sealContext } from './master-key.ts';
import { notAWrapping, unwrapKey, versionOfWrapping, wrapKey } from './wrapping.ts';

type Documents = Pick<Store, 'listDocuments' | 'putDocument'>;

interface KeptKey {
  readonly key: MasterKey;
  /** Of its versions, in their order. */
  readonly materials: readonly Uint8Array[];
}

const materialBytes = 32;
const purpose = 'master key';

/**
 * Master keys that this server keeps itself: each a document of the store, its material sealed under the server's key. One process owns a store, so what is
 * in memory is the truth; every change is kept before it is told. A key whose time has come is destroyed with the next change or listing, and when the ring is loaded.
 */
export class LocalKeyRing implements KeyRing {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #keys = new Map<string, KeptKey>();
  #kept: { readonly documents: Documents; readonly serverKey: ServerKey } | undefined;
  /** Changes wait for each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Reads the keys of a store. Before it, no key can be used. Throws StoreError `corrupt` where one was not sealed under the server's key. */
  async load(documents: Documents, serverKey: ServerKey): Promise<void> {
    for (const { name, text } of await documents.listDocuments(keyDocuments)) {
      const kept = readKey(name, text, serverKey);
      this.#keys.set(kept.key.id, kept);
    }
    this.#kept = { documents, serverKey };
    await this.#inTurn(() => this.#removeGone());
  }

  async wrap({ algorithm, keyId }: Encryption, contentKey: Uint8Array): Promise<Envelope> {
    if (this.#kept === undefined) throw new KeyFault('unavailable', keyId);
    const { key, materials } = algorithm === 'KMS' && keyId !== undefined ? this.#usable(keyId) : await this.#ownKey(algorithm);
    const number = materials.length;
    const material = materials[number - 1];
    if (material === undefined) throw new StoreError('corrupt', 'a master key has no version');
    const wrapped = wrapKey(contentKey, { keyId: key.id, algorithm }, { number, material }, this.#random);
    return algorithm === 'KMS' ? { algorithm, keyId: key.id, wrapped } : { algorithm, wrapped };
  }

  async unwrap({ algorithm, keyId, wrapped }: Envelope): Promise<Uint8Array> {
    if (this.#kept === undefined) throw new KeyFault('unavailable', keyId);
    const kept = algorithm === 'AES256' ? this.#ofKind('built-in') : keyId === undefined ? undefined : this.#usable(keyId);
    const material = kept?.materials[versionOfWrapping(wrapped) - 1];
    if (kept === undefined || material === undefined) throw notAWrapping();
    return unwrapKey(wrapped, { keyId: kept.key.id, algorithm }, material);
  }

  /** Keys that callers can name, the oldest first. */
  async listKeys(): Promise<readonly MasterKey[]> {
    await this.#inTurn(() => this.#removeGone());
    const keys = [...this.#keys.values()].map(({ key }) => key).filter(({ kind }) => kind !== 'built-in');
    return keys.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  getKey(id: string): MasterKey | undefined {
    const key = this.#keys.get(id)?.key;
    return key === undefined || key.kind === 'built-in' || isGone(key, this.#clock.now()) ? undefined : key;
  }

  /** The key of those who name none; undefined until it is made. */
  get serviceKeyId(): string | undefined {
    return this.#ofKind('service')?.key.id;
  }

  /** Undefined: the ring is full. */
  createKey(description = ''): Promise<MasterKey | undefined> {
    return this.#inTurn(async () => {
      await this.#removeGone();
      return this.#keys.size >= masterKeyLimits.keys ? undefined : (await this.#make('customer', description)).key;
    });
  }

  /** `decide` is given the key as it stands, and answers what of it changes, or throws. Undefined: no key has the id. */
  changeKey(id: string, decide: (key: MasterKey) => Pick<MasterKey, 'state' | 'deletionMs'>): Promise<MasterKey | undefined> {
    return this.#inTurn(async () => {
      const key = this.getKey(id);
      if (key === undefined) return undefined;
      const { state, deletionMs } = decide(key);
      return (await this.#keep({ ...key, state, deletionMs }, this.#materialsOf(id))).key;
    });
  }

  /** A new version, which wraps from now on. `decide` may throw. Undefined: no key has the id. */
  rotateKey(id: string, decide: (key: MasterKey) => void = () => {}): Promise<MasterKey | undefined> {
    return this.#inTurn(async () => {
      const key = this.getKey(id);
      if (key === undefined) return undefined;
      decide(key);
      const { version, material } = this.#mintVersion(id);
      return (await this.#keep({ ...key, versions: [...key.versions, version] }, [...this.#materialsOf(id), material])).key;
    });
  }

  #usable(keyId: string): KeptKey {
    const kept = this.#keys.get(keyId);
    if (kept === undefined || kept.key.kind === 'built-in' || isGone(kept.key, this.#clock.now())) throw new KeyFault('not-found', keyId);
    if (kept.key.state === 'Disabled') throw new KeyFault('disabled', keyId);
    if (kept.key.state === 'PendingDeletion') throw new KeyFault('pending-deletion', keyId);
    return kept;
  }

  /** The key of those who name none, made when it is first needed. */
  async #ownKey(algorithm: Encryption['algorithm']): Promise<KeptKey> {
    const kind = algorithm === 'KMS' ? 'service' : 'built-in';
    const description = kind === 'service' ? 'The key of OSS for objects that name none' : '';
    return this.#ofKind(kind) ?? this.#inTurn(async () => this.#ofKind(kind) ?? this.#make(kind, description));
  }

  #ofKind(kind: MasterKey['kind']): KeptKey | undefined {
    for (const kept of this.#keys.values()) if (kept.key.kind === kind) return kept;
    return undefined;
  }

  #make(kind: MasterKey['kind'], description: string): Promise<KeptKey> {
    const id = mintUuid(this.#random);
    const { version, material } = this.#mintVersion(id);
    const key: MasterKey = { id, kind, description, state: 'Enabled', createdMs: this.#clock.now(), versions: [version] };
    return this.#keep(key, [material]);
  }

  #mintVersion(keyId: string): { readonly version: KeyVersion; readonly material: Uint8Array } {
    const material = this.#random.bytes(materialBytes);
    const id = mintUuid(this.#random);
    const sealed = this.#loaded().serverKey.seal(purpose, sealContext(keyId, id), material);
    return { version: { id, createdMs: this.#clock.now(), sealed }, material };
  }

  #materialsOf(id: string): readonly Uint8Array[] {
    return this.#keys.get(id)?.materials ?? [];
  }

  async #keep(key: MasterKey, materials: readonly Uint8Array[]): Promise<KeptKey> {
    await this.#loaded().documents.putDocument(documentOfKey(key.id), () => JSON.stringify(key));
    const kept = { key, materials };
    this.#keys.set(key.id, kept);
    return kept;
  }

  async #removeGone(): Promise<void> {
    const nowMs = this.#clock.now();
    for (const { key } of [...this.#keys.values()]) {
      if (!isGone(key, nowMs)) continue;
      await this.#loaded().documents.putDocument(documentOfKey(key.id), () => undefined);
      this.#keys.delete(key.id);
    }
  }

  #loaded() {
    if (this.#kept === undefined) throw new KeyFault('unavailable', undefined);
    return this.#kept;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => {});
    return next;
  }
}

function readKey(name: string, text: string, serverKey: ServerKey): KeptKey {
  try {
    const key = JSON.parse(text) as MasterKey;
    const materials = key.versions.map(({ id, sealed }) => serverKey.open(purpose, sealContext(key.id, id), sealed));
    return { key, materials };
  } catch (error) {
    throw new StoreError('corrupt', `the master key ${name} cannot be read with the server's key`, { cause: error });
  }
}

/** Version 4 of RFC 9562. */
function mintUuid(random: Random): string {
  const bytes = Buffer.from(random.bytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
