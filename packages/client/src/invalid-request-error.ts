/** A request that the client refuses before anything is sent: a malformed range, a bad name, a body that cannot be sent. */
export class InvalidRequestError extends Error {
  /** The member of the request that is at fault: `sourceRange`. */
  readonly member: string;

  constructor(member: string, message: string, cause?: unknown) {
    super(`${member}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'InvalidRequestError';
    this.member = member;
  }
}
