import { ServiceError } from '@ossature/protocol';
import { type Bucket, bucketLimits } from '@ossature/store';
import type { HandlerContext } from '../operations/handler.ts';
import { type Configuration, withConfiguration } from './configuration.ts';

/**
 * Changes one configuration of a bucket in one commit. `decide` is given what stands in that commit, and answers what is to stand: undefined for none. The
 * caller's right is judged in the same commit.
 */
export async function changeConfiguration<T>(
  context: HandlerContext,
  bucket: string,
  configuration: Configuration<T>,
  decide: (bucket: Bucket) => T | undefined,
): Promise<Bucket> {
  return context.store.putBucket(bucket, (existing) => {
    const found = context.guard.target(existing, undefined);
    const changed = withConfiguration(found, configuration, decide(found));
    const lengthBytes = Object.values(changed.configurations).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (lengthBytes > bucketLimits.configurationsBytes) {
      throw new ServiceError('InvalidArgument', {
        message: 'The configurations of the bucket are too long together.',
        elements: { ArgumentName: configuration.name, ArgumentValue: String(lengthBytes) },
      });
    }
    return changed;
  });
}
