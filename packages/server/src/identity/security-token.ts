import type { ServerKey } from '../secrets/server-key.ts';

/** Temporary credentials: everything that the server needs to know of them travels in the token, sealed, so that none are kept. */
export interface Session {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly expiresMs: number;
  readonly roleName: string;
  /** A role made again under the same name is another one. */
  readonly roleId: string;
  readonly sessionName: string;
  /** As it was given. */
  readonly policy: string | undefined;
}

const purpose = 'security token';

export function sealSession(key: ServerKey, session: Session): string {
  return key.seal(purpose, '', Buffer.from(JSON.stringify(session)));
}

/** Undefined for what this server has not sealed. */
export function openSession(key: ServerKey, token: string): Session | undefined {
  try {
    return JSON.parse(Buffer.from(key.open(purpose, '', token)).toString('utf8')) as Session;
  } catch {
    return undefined;
  }
}
