import type { Permission } from '@ossature/protocol';
import type { Bucket } from '@ossature/store';
import { expect, it } from 'vitest';
import type { Principal } from '../auth/principal.ts';
import { createGuard } from './guard.ts';
import type { Policy } from './policy.ts';

const bucket: Bucket = {
  id: 'b1',
  name: 'bkt',
  region: 'cn-hangzhou',
  ownerId: '1',
  acl: 'private',
  storageClass: 'Standard',
  dataRedundancyType: 'LRS',
  createdMs: 0,
  configurations: {},
};

/** A user who may do everything, and whose policy notes what it is asked. */
function askedUser(): { readonly principal: Principal; readonly asked: string[] } {
  const asked: string[] = [];
  const any = () => true;
  const note = (action: string) => asked.push(action) > 0;
  const statement = {
    effect: 'Allow',
    actions: { exact: new Set<string>(), globs: [note] },
    resources: [{ service: any, region: any, accountId: any, path: any }],
    principals: undefined,
    condition: undefined,
    isPublic: false,
    asksRequestTags: false,
  } as const;
  const policy: Policy = { statements: [statement], asksExistingTags: false };
  const facts = { accessKeyId: 'ak', ownerId: '1', signingRegion: undefined, userId: '2', userName: 'u' };
  return { principal: { kind: 'user', ...facts, policies: [policy] }, asked };
}

it('a key is judged once for each action, however often a body names it', () => {
  const { principal, asked } = askedUser();
  const named = (action: Permission['action']): readonly Permission[] =>
    Array.from({ length: 1000 }, () => ({ action, bucket: 'bkt', key: 'k' }));
  const permissions = [...named('oss:DeleteObjectVersion'), ...named('oss:DeleteObject')];
  const guard = createGuard(
    { currentPrincipal: () => principal, keyNames: { region: 'cn-hangzhou', serviceKeyId: () => undefined } },
    permissions,
    { bucket: 'bkt', key: undefined },
  );
  guard.key(bucket, 'k', undefined);
  expect(asked).toEqual(['oss:DeleteObjectVersion', 'oss:DeleteObject']);
});
