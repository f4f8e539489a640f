import { ServiceError } from '@ossature/protocol';

/** What no key id can be is told apart from a key that is not there. Key rings have their own forms of ids; this holds for all of them. */
export function judgeKeyId(keyId: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,255}$/.test(keyId)) throw new ServiceError('InvalidParameter');
}
