import type { Engine } from './engine.ts';
import type { ObjectAddress, Store, StoredObject } from './store.ts';

export async function putSymlink(
  _engine: Engine,
  { key }: ObjectAddress,
  _target: string,
  _decide: Parameters<Store['putSymlink']>[2],
): Promise<StoredObject> {
  throw new Error(`${key} cannot be a link yet`);
}
