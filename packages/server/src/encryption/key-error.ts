import { ServiceError } from '@ossature/protocol';
import type { KeyFault } from '@ossature/store';

/** What a client is told of a master key that cannot be used (OSS: KMS error codes). */
export function keyError(fault: KeyFault): ServiceError {
  switch (fault.reason) {
    case 'not-found':
      return new ServiceError('KeyNotFound');
    case 'disabled':
      return new ServiceError('KeyDisabled');
    case 'pending-deletion':
      return new ServiceError('KeyPendingDeletion');
    case 'unavailable':
      return new ServiceError('ServiceUnavailable', { message: 'The master key cannot be used now, please retry later.' });
  }
}
