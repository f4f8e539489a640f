export { type Clock, systemClock } from '@ossature/protocol';
export { KeyFault, type KeyFaultReason, type KeyRing } from './key-ring.ts';
export { type OpenStoreOptions, openStore } from './open-store.ts';
export { type Random, systemRandom } from './random.ts';
export type * from './store.ts';
export { bucketLimits, rewriteLimitBytes } from './store.ts';
export { StoreError, type StoreFault } from './store-error.ts';
