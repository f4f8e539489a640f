import type { Engine } from './engine.ts';
import type { ListedVersions, VersionPage } from './store.ts';

export async function listVersions(_engine: Engine, bucket: string, _page: VersionPage): Promise<ListedVersions | undefined> {
  throw new Error(`versions of ${bucket} cannot be listed yet`);
}
