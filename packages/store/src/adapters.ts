/** The adapters of the two ports, for who builds a store of other parts, and for benchmarks that measure them alone. */
export { openLmdb } from './kv/lmdb.ts';
export { memoryKeyValue } from './kv/memory.ts';
