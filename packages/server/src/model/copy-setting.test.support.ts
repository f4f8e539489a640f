/** Brings a server into the state that a case of the model test begins with, and says what state that is. */
import type { Answer, TestRequest, TestServer } from '../sender.test.support.ts';
import type { BucketCase, CopyCase, Pairs, Step, Written } from './copy-case.test.support.ts';
import { unknownVersion, versionIdOf } from './copy-rules.test.support.ts';
import {
  type BucketState,
  bytesOf,
  isArchived,
  type ObjectState,
  versionsOf,
  withVersion,
  withVersions,
  writtenObject,
} from './copy-state.test.support.ts';

export const linkTarget = 'target';
export const keys = { source: 'dir/源 +.txt', destination: 'dst' } as const;
/** How long every restoration takes on the server of these tests. */
export const restoreMs = 1000;
/** Between two requests; no whole second, so that times are cut. */
const stepMs = 1700;

/** The two buckets of a case; where it has one alone, both are the same. */
export class CopySetting {
  readonly #test: TestServer;
  readonly #buckets = new Map<string, BucketState>();
  readonly sourceName: string;
  readonly destinationName: string;
  readonly destinationKey: string;

  constructor(test: TestServer, { place }: CopyCase, name: string) {
    this.#test = test;
    this.sourceName = `${name}-src`;
    this.destinationName = place.endsWith('another bucket') ? `${name}-dst` : this.sourceName;
    this.destinationKey = place === 'the same object' || place === 'the same key of another bucket' ? keys.source : keys.destination;
  }

  get source(): BucketState {
    return this.bucket(this.sourceName);
  }

  get destination(): BucketState {
    return this.bucket(this.destinationName);
  }

  bucket(name: string): BucketState {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new Error(`no bucket ${name}`);
    return bucket;
  }

  set(bucket: BucketState): void {
    this.#buckets.set(bucket.name, bucket);
  }

  get names(): readonly string[] {
    return [...this.#buckets.keys()];
  }

  async prepare(given: CopyCase): Promise<void> {
    await this.#make(this.sourceName, given.sourceBucket);
    if (this.destinationName !== this.sourceName) await this.#make(this.destinationName, given.destinationBucket);
    for (const [index, phase] of given.phases.entries()) {
      for (const name of this.names) await this.#enter(name, index, this.#caseOf(given, name));
      if (this.#isIn(this.sourceName, index, given)) for (const step of phase.source) await this.#take(this.sourceName, keys.source, step);
      if (given.place === 'the same object' || !this.#isIn(this.destinationName, index, given)) continue;
      for (const step of phase.destination) await this.#take(this.destinationName, this.destinationKey, step);
    }
    await this.#restore(given);
    for (const name of this.names) await this.#protect(name, this.#caseOf(given, name));
  }

  /** Sends what must succeed. */
  async #must(request: TestRequest): Promise<Answer> {
    this.#test.clock.nowMs += stepMs;
    const answer = await this.#test.send(request);
    if (answer.status < 300) return answer;
    throw new Error(
      `${request.method} ${request.bucket}/${request.key ?? ''} ${JSON.stringify(request.query)}: ${answer.status} ${answer.text}`,
    );
  }

  #caseOf(given: CopyCase, name: string): BucketCase {
    return name === this.sourceName ? given.sourceBucket : given.destinationBucket;
  }

  async #make(name: string, given: BucketCase): Promise<void> {
    const body = `<CreateBucketConfiguration><StorageClass>${given.storageClass}</StorageClass></CreateBucketConfiguration>`;
    await this.#must({ method: 'PUT', bucket: name, body });
    if (given.encryption !== undefined) {
      const rule = `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>${given.encryption}</SSEAlgorithm></ApplyServerSideEncryptionByDefault>`;
      const encryption = { encryption: undefined };
      await this.#must({
        method: 'PUT',
        bucket: name,
        query: encryption,
        body: `<ServerSideEncryptionRule>${rule}</ServerSideEncryptionRule>`,
      });
    }
    this.set({ ...given, versioning: undefined, worm: false, rule: undefined, name, keys: new Map() });
    const content = { content: 'what links point to', contentHeaders: {}, metadata: {}, persistent: {}, tags: {} };
    await this.#take(name, linkTarget, {
      kind: 'put',
      written: { ...content, acl: undefined, storageClass: 'Standard', encryption: undefined },
    });
  }

  #isIn(name: string, phase: number, given: CopyCase): boolean {
    const { versioning } = this.#caseOf(given, name);
    return phase === 0 || (phase === 1 && versioning !== undefined) || versioning === 'Suspended';
  }

  async #enter(name: string, phase: number, given: BucketCase): Promise<void> {
    const versioning = ([undefined, 'Enabled', 'Suspended'] as const)[phase];
    if (versioning === undefined || given.versioning === undefined) return;
    if (versioning === 'Suspended' && given.versioning === 'Enabled') return;
    const body = `<VersioningConfiguration><Status>${versioning}</Status></VersioningConfiguration>`;
    await this.#must({ method: 'PUT', bucket: name, query: { versioning: undefined }, body });
    this.set({ ...this.bucket(name), versioning });
  }

  async #take(name: string, key: string, step: Step): Promise<void> {
    const bucket = this.bucket(name);
    const at = { bucket: name, key };
    if (step.kind === 'delete') {
      const answer = await this.#must({ ...at, method: 'DELETE' });
      if (bucket.versioning === undefined) return this.set(withVersions(bucket, key, []));
      const id = answer.header('x-oss-version-id') ?? 'untold';
      return this.set(withVersion(bucket, key, { id, lastModifiedMs: this.#test.clock.nowMs, object: undefined }));
    }
    if (step.kind === 'seal') return this.#seal(bucket, key);
    const kind = kindOf(step, bucket, key);
    if (kind === 'append again') return this.#appendAgain(bucket, key, step.written);
    const answer = await this.#write(kind, at, step.written);
    const told = { etag: unquoted(answer.header('etag')), crc: answer.header('x-oss-hash-crc64ecma') ?? '0' };
    const id = bucket.versioning === undefined ? 'null' : (answer.header('x-oss-version-id') ?? 'untold');
    const object = writtenObject(kind, step.written, bucket, told);
    this.set(withVersion(bucket, key, { id, lastModifiedMs: this.#test.clock.nowMs, object }));
  }

  /** In place, whatever the bucket's versioning; nothing appended changes nothing. */
  async #appendAgain(bucket: BucketState, key: string, written: Written): Promise<void> {
    const content = bytesOf(written.content);
    const [current, ...older] = versionsOf(bucket, key);
    const object = current?.object;
    if (current === undefined || object === undefined) throw new Error('nothing to append to');
    const position = String(Buffer.byteLength(object.content));
    const answer = await this.#must({ bucket: bucket.name, key, method: 'POST', query: { append: undefined, position }, body: content });
    if (content === '') return;
    const grown: ObjectState = {
      ...object,
      content: object.content + content,
      etag: unquoted(answer.header('etag')),
      crc: answer.header('x-oss-hash-crc64ecma') ?? '',
    };
    this.set(withVersions(bucket, key, [{ ...current, lastModifiedMs: this.#test.clock.nowMs, object: grown }, ...older]));
  }

  async #seal(bucket: BucketState, key: string): Promise<void> {
    const [current, ...older] = versionsOf(bucket, key);
    const object = current?.object;
    if (object?.type !== 'Appendable' || current === undefined) return;
    const query = { seal: undefined, position: String(Buffer.byteLength(object.content)) };
    await this.#must({ bucket: bucket.name, key, method: 'POST', query });
    const sealed = { ...object, sealedMs: object.sealedMs ?? this.#test.clock.nowMs };
    this.set(withVersions(bucket, key, [{ ...current, object: sealed }, ...older]));
  }

  async #write(
    kind: 'put' | 'multipart' | 'append' | 'symlink',
    at: { readonly bucket: string; readonly key: string },
    written: Written,
  ): Promise<Answer> {
    const headers = { ...headersOf(written), ...placementOf(written) };
    const body = bytesOf(written.content);
    switch (kind) {
      case 'put':
        return this.#must({ ...at, method: 'PUT', headers, body });
      case 'append':
        return this.#must({ ...at, method: 'POST', query: { append: undefined, position: '0' }, headers, body });
      case 'symlink': {
        const { 'x-oss-persistent-headers': _, 'x-oss-tagging': __, 'x-oss-server-side-encryption': ___, ...known } = headers;
        return this.#must({
          ...at,
          method: 'PUT',
          query: { symlink: undefined },
          headers: { ...known, 'x-oss-symlink-target': linkTarget },
        });
      }
      case 'multipart': {
        const uploadId = (await this.#must({ ...at, method: 'POST', query: { uploads: undefined }, headers })).element('UploadId') ?? '';
        await this.#must({ ...at, method: 'PUT', query: { uploadId, partNumber: '1' }, body });
        return this.#must({ ...at, method: 'POST', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } });
      }
    }
  }

  async #restore({ restore, request }: CopyCase): Promise<void> {
    const bucket = this.source;
    const versions = versionsOf(bucket, keys.source);
    const id = versionIdOf(versions, request.version);
    const found = id === undefined || id === unknownVersion ? versions[0] : versions.find((version) => version.id === id);
    if (restore === 'no' || found?.object === undefined || !isArchived(found.object)) return;
    const query = { restore: undefined, ...(bucket.versioning === undefined ? {} : { versionId: found.id }) };
    await this.#must({ bucket: bucket.name, key: keys.source, method: 'POST', query });
    const restored = { ...found, object: { ...found.object, readyMs: this.#test.clock.nowMs + restoreMs } };
    this.set(
      withVersions(
        bucket,
        keys.source,
        versions.map((version) => (version === found ? restored : version)),
      ),
    );
    // Without a request in between the clock stands: the restoration is still running then.
    if (restore === 'done') this.#test.clock.nowMs += restoreMs;
  }

  async #protect(name: string, { worm, rule }: BucketCase): Promise<void> {
    const before = this.#test.clock.nowMs;
    if (rule !== undefined) {
      const principal = { everybody: '', 'other keys': '', 'the account': '1234567890123456', 'somebody else': '6543210987654321' }[rule];
      const bounds = rule === 'other keys' ? '<Prefix>elsewhere/</Prefix>' : '<Prefix>d</Prefix>';
      const principals = principal === '' ? '' : `<Principals><Principal>${principal}</Principal></Principals>`;
      const body = `<OverwriteConfiguration><Rule><Action>forbid</Action>${bounds}${principals}</Rule></OverwriteConfiguration>`;
      await this.#must({ method: 'PUT', bucket: name, query: { overwriteConfig: undefined }, body });
      this.set({ ...this.bucket(name), rule });
    }
    if (worm && this.bucket(name).versioning !== 'Suspended') {
      const body = '<InitiateWormConfiguration><RetentionPeriodInDays>1</RetentionPeriodInDays></InitiateWormConfiguration>';
      await this.#must({ method: 'POST', bucket: name, query: { worm: undefined }, body });
      this.set({ ...this.bucket(name), worm: true });
    }
    // The configurations take no time, so that a running restoration runs on.
    this.#test.clock.nowMs = before;
  }
}

/** An append needs an object that grows, or none, and no cold class: what cannot be appended is put instead. */
function kindOf(
  { kind, written }: Exclude<Step, { kind: 'delete' | 'seal' }>,
  bucket: BucketState,
  key: string,
): 'put' | 'multipart' | 'append' | 'symlink' | 'append again' {
  if (kind !== 'append') return kind;
  const current = versionsOf(bucket, key)[0]?.object;
  if (current !== undefined) return current.type === 'Appendable' && current.sealedMs === undefined ? 'append again' : 'put';
  const storageClass = written.storageClass ?? bucket.storageClass;
  return storageClass === 'ColdArchive' || storageClass === 'DeepColdArchive' ? 'put' : 'append';
}

/** Metadata, content headers, persistent headers and tags as headers of a request. */
export function headersOf({
  contentHeaders,
  metadata,
  persistent,
  tags,
}: Omit<Written, 'content' | 'encryption' | 'acl' | 'storageClass'>): Pairs {
  const list = Object.entries(persistent).map(([name, value]) => `${name}:${Buffer.from(value).toString('base64')}`);
  const pairs = Object.entries(tags).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  return {
    ...contentHeaders,
    ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-oss-meta-${name}`, value])),
    ...(list.length === 0 ? {} : { 'x-oss-persistent-headers': list.join(',') }),
    ...(pairs.length === 0 ? {} : { 'x-oss-tagging': pairs.join('&') }),
  };
}

function placementOf({ acl, storageClass, encryption }: Written): Pairs {
  return {
    ...(acl === undefined ? {} : { 'x-oss-object-acl': acl }),
    ...(storageClass === undefined ? {} : { 'x-oss-storage-class': storageClass }),
    ...(encryption === undefined ? {} : { 'x-oss-server-side-encryption': encryption }),
  };
}

export function unquoted(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}
