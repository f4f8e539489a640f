import { ok } from 'node:assert/strict';
import { commit, type Engine } from './engine.ts';
import { allOf, documentKey, documentNameOf, text, under, upperBound } from './rows/keys.ts';
import { bucketLimits } from './store.ts';

/** Texts of the caller's own, each in a row. A name is 1 to 512 bytes. */

/** Documents that are read at a time, so that no page is great. */
const pageRows = 200;

export async function getDocument(engine: Engine, name: string): Promise<string | undefined> {
  const [row] = await engine.kv.get([documentKey(name)]);
  return row && text(row.value);
}

export async function listDocuments(engine: Engine, prefix: string): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const all = prefix === '' ? allOf('document') : documentKey(prefix);
  const to = upperBound(all);
  const documents: { readonly name: string; readonly text: string }[] = [];
  let { from } = under(all, 1);
  for (;;) {
    const rows = await engine.kv.scan({ from, to, limit: pageRows });
    for (const row of rows) documents.push({ name: documentNameOf(row.key), text: text(row.value) });
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return documents;
    from = Buffer.concat([last.key, Uint8Array.of(0)]);
  }
}

export function putDocument(engine: Engine, name: string, decide: (existing: string | undefined) => string | undefined): Promise<void> {
  ok(Buffer.byteLength(name) <= bucketLimits.documentNameBytes, 'a name is at most 512 bytes long');
  const key = documentKey(name);
  return commit(engine, async (tx) => {
    const row = await tx.get(key);
    const wanted = decide(row && text(row.value));
    if (wanted === undefined) {
      if (row !== undefined) tx.delete(key);
      return;
    }
    const value = Buffer.from(wanted);
    ok(value.length <= bucketLimits.documentBytes, 'a document is at most 4 MiB long');
    tx.put(key, value);
  });
}
