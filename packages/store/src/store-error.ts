/** The only errors that the engine throws beside those of its callers' callbacks; everything else is a value. */
export type StoreFault =
  /** Stored bytes or rows do not agree with their checksums or with each other. */
  | 'corrupt'
  /** No space is left, or the map is full: nothing of the request was kept. */
  | 'full'
  /** Try again later. */
  | 'unavailable'
  | 'closed';

export class StoreError extends Error {
  readonly fault: StoreFault;
  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.fault = fault;
  }
}
