import { areKeysOf, type CopyKeys, noCopyKeys, openCopyKeys } from './copy-keys.ts';
import { type Copied, type CopyCall, copyPinned, isShareable, judgeCopy, pinSource, putCopy, sharedContent } from './copy-pinned.ts';
import { commitTo, type Engine, mint } from './engine.ts';
import type { CopyOptions, ObjectAddress, Store, VersionAddress } from './store.ts';
import { StoreError } from './store-error.ts';
import { findTarget, sourceOf } from './targets.ts';

/** A source that is encrypted and replaced while its key is unwrapped is looked at again so often. */
const attempts = 16;
/**
 * A source that is replaced while it is read is looked at again; the last time it is copied as it was pinned, which no change can disturb. But never onto itself: what was put
 * there and acknowledged meanwhile would be lost.
 */
const hopefulReads = 2;

/**
 * One commit: the destination's row names the source's manifest, with a holder minted for it. The source's row is checked, so the new reference comes
 * from one that stood. Size, ETag, CRC-64 and type are facts of the bytes and go with them; all else is the destination's own. Where keys are needed they are unwrapped and
 * wrapped before that commit, which checks that they are the source's. What cannot be shared as it is, is pinned by that commit instead, and copied by another.
 */
export async function copyObject(
  engine: Engine,
  from: VersionAddress,
  to: ObjectAddress,
  decide: Parameters<Store['copyObject']>[2],
  { encryption }: CopyOptions = {},
): Promise<Copied> {
  const call: CopyCall = { from, to, decide, encryption, holder: mint(engine) };
  let keys = noCopyKeys;
  let reads = 0;
  const isItself = from.bucket === to.bucket && from.key === to.key;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const step = await begin(engine, call, keys);
    if ('keysOf' in step) {
      keys = await openCopyKeys(engine, step.keysOf, encryption);
      continue;
    }
    const copied = 'pin' in step ? await copyPinned(engine, call, step, keys, reads++ >= hopefulReads && !isItself) : step;
    engine.wake();
    if (copied !== 'changed') return copied;
  }
  throw new StoreError('unavailable', `the source of a copy was replaced ${attempts} times while it was looked at`);
}

/** Without the keys that the source needs nothing is written: they are asked for outside of the transaction. */
function begin(engine: Engine, call: CopyCall, keys: CopyKeys) {
  return commitTo(engine, call.to, async (tx) => {
    const found = await findTarget(tx, call.to);
    const judged = judgeCopy(call, found, sourceOf(await findTarget(tx, call.from, found)));
    if (!areKeysOf(keys, judged.source, call.encryption)) return { keysOf: judged.source };
    if (!isShareable(judged, keys)) return pinSource(tx, engine, judged);
    return putCopy(tx, engine, call, judged, sharedContent(judged.source, keys));
  });
}
