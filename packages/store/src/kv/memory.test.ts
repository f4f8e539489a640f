import { describeKeyValue } from './conformance.ts';
import { memoryKeyValue } from './memory.ts';

describeKeyValue('memory', {
  open: async () => memoryKeyValue(),
  reopen: { skip: 'nothing in memory outlives its store; see the same test in lmdb.test.ts' },
  remove: async () => {},
});
