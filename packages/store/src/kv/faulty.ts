import type { Faults } from '../faults.ts';
import type { KeyValue, Reader } from './key-value.ts';

/**
 * A KeyValue whose calls are steps of `faults`. A commit that is to fail afterwards breaks the port's promise that a throw wrote nothing: it stands
 * for a process that dies before it hears the answer, and is for crashes.
 */
export function faultyKeyValue(kv: KeyValue, faults: Faults): KeyValue {
  return {
    ...faultyReader(kv, faults),
    snapshot: () =>
      faults.step('kv.snapshot', async () => {
        const snapshot = await kv.snapshot();
        return { ...faultyReader(snapshot, faults), close: () => snapshot.close() };
      }),
    commit: (commit) => faults.step('kv.commit', () => kv.commit(commit)),
    // The store behind is closed by whoever goes on with it after the crash.
    close: async () => (faults.hasCrashed ? undefined : kv.close()),
  };
}

function faultyReader(reader: Reader, faults: Faults): Reader {
  return {
    get: (keys) => faults.step('kv.get', () => reader.get(keys)),
    scan: (range) => faults.step('kv.scan', () => reader.scan(range)),
  };
}
