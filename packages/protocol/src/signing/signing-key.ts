import type { Digests } from '../digests.ts';
import { type Scope, terminatorV4 } from './canonical-v4.ts';

const remembered = new Map<string, Uint8Array>();
const rememberedMax = 64;

/**
 * The key that a secret becomes within a scope (V4); form uploads sign their policy with it, too. The last few are remembered, since a
 * process mostly signs with one secret for a whole day, and the derivation is half the work of a signature.
 */
export function signingKeyV4(digests: Digests, accessKeySecret: string, scope: Scope): Uint8Array {
  const name = JSON.stringify([accessKeySecret, scope.date, scope.region, scope.product]);
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const dateKey = digests.hmac('sha256', `aliyun_v4${accessKeySecret}`, scope.date);
  const regionKey = digests.hmac('sha256', dateKey, scope.region);
  const productKey = digests.hmac('sha256', regionKey, scope.product);
  const key = digests.hmac('sha256', productKey, terminatorV4);
  // Senders choose the region, and so the number of keys: the bound must be kept whatever they send.
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(name, key);
  return key;
}
