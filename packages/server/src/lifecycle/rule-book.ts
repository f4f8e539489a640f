import { formatHttpDate } from '@ossature/protocol';
import type { Bucket, Store, StoredObject } from '@ossature/store';
import { expirationOf } from './plan.ts';
import type { LifecycleRule } from './rule.ts';

const documentPrefix = 'lifecycle/';

/** The lifecycle rules of all buckets: kept as one document a bucket, and in memory, since every read of an object asks for them. */
export class RuleBook {
  readonly #store: Store;
  readonly #rules = new Map<string, readonly LifecycleRule[]>();
  /** Changes are made one after the other, so that what is remembered is what is kept. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(store: Store) {
    this.#store = store;
  }

  static async open(store: Store): Promise<RuleBook> {
    const book = new RuleBook(store);
    for (const { name, text } of await store.listDocuments(documentPrefix)) {
      book.#rules.set(name.slice(documentPrefix.length), JSON.parse(text) as readonly LifecycleRule[]);
    }
    return book;
  }

  /** Undefined: the bucket has none. */
  rulesOf(bucket: Pick<Bucket, 'id'>): readonly LifecycleRule[] | undefined {
    return this.#rules.get(bucket.id);
  }

  /** The ids of the buckets that have rules. */
  bucketIds(): readonly string[] {
    return [...this.#rules.keys()];
  }

  put(bucketId: string, rules: readonly LifecycleRule[]): Promise<void> {
    return this.#change(async () => {
      const text = JSON.stringify(rules);
      await this.#store.putDocument(documentPrefix + bucketId, () => text);
      this.#rules.set(bucketId, rules);
    });
  }

  remove(bucketId: string): Promise<void> {
    return this.#change(async () => {
      if (!this.#rules.has(bucketId)) return;
      await this.#store.putDocument(documentPrefix + bucketId, () => undefined);
      this.#rules.delete(bucketId);
    });
  }

  #change(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** `x-oss-expiration` of the current version; undefined where no rule will make it expire. */
  expirationOf(bucket: Bucket | undefined, object: StoredObject): string | undefined {
    const rules = bucket === undefined ? undefined : this.#rules.get(bucket.id);
    const found = rules === undefined ? undefined : expirationOf(rules, object);
    if (found === undefined) return undefined;
    return `expiry-date="${formatHttpDate(found.expiresMs)}", rule-id="${encodeURIComponent(found.ruleId)}"`;
  }
}
