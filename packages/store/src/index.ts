export { type Clock, systemClock } from '@ossature/protocol';
export { type OpenStoreOptions, openStore } from './open-store.ts';
export { type Random, systemRandom } from './random.ts';
export type * from './store.ts';
export { StoreError, type StoreFault } from './store-error.ts';
