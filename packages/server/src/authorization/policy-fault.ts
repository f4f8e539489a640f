/** A text that is no policy: why, in a sentence, and the number that OSS gives it where it has one. */
export class PolicyFault extends Error {
  readonly ec: string | undefined;

  constructor(message: string, ec?: string) {
    super(message);
    this.name = 'PolicyFault';
    this.ec = ec;
  }
}
