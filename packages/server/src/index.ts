/** For programs that bring a key ring of their own. */
export { type Encryption, type Envelope, KeyFault, type KeyFaultReason, type KeyRing } from '@ossature/store';
export type { Account } from './auth/account.ts';
export type { AccountOptions, ServerOptions } from './config.ts';
export type { LocalKeyRing } from './encryption/local-key-ring.ts';
export type { MasterKey } from './encryption/master-key.ts';
export type { Peer } from './http/node-server.ts';
export type { LifecycleTally } from './lifecycle/lifecycle-runner.ts';
export { type RunningServer, startServer } from './start-server.ts';
