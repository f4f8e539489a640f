/** Bytes that were sent or received differ from those that the service has: their CRC-64 is another, or their number. */
export class ChecksumError extends Error {
  /** What the service says: CRC-64 in decimal, or a number of bytes. */
  readonly expected: string;
  /** What passed through this client. */
  readonly actual: string;

  constructor(what: string, expected: string, actual: string) {
    super(`${what}: the service has ${expected}, this client counted ${actual}.`);
    this.name = 'ChecksumError';
    this.expected = expected;
    this.actual = actual;
  }
}
