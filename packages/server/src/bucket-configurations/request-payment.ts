import { textConfiguration } from './configuration.ts';

/** Who pays for requests: `BucketOwner`, which is also what an absent one means, or `Requester`. */
export const requestPayment = textConfiguration('requestPayment');
