import type { Clock, Credentials } from '@ossature/protocol';

/** Credentials that end. */
export interface TemporaryCredentials extends Credentials {
  /** From then on the service refuses them. Without it they are used until the service does. */
  readonly expiration?: Date | undefined;
}

/** Asked when credentials are needed first, shortly before they expire, and when the service has refused them. */
export type CredentialsProvider = () => Promise<TemporaryCredentials>;

/** How long before their end credentials are renewed: more than a request takes to arrive. */
const renewBeforeMs = 60_000;

/** Where a client has its credentials from. However many calls wait, the provider is asked once. */
export class CredentialsSource {
  readonly #given: Credentials | CredentialsProvider | undefined;
  readonly #clock: Clock;
  #held: TemporaryCredentials | undefined;
  #asking: Promise<TemporaryCredentials> | undefined;

  constructor(given: Credentials | CredentialsProvider | undefined, clock: Clock) {
    this.#given = given;
    this.#clock = clock;
  }

  /** `undefined`: the call is anonymous. Rejects with whatever the provider throws; the next call asks again. */
  async get(): Promise<Credentials | undefined> {
    const given = this.#given;
    if (typeof given !== 'function') return given;
    const held = this.#held;
    const end = held?.expiration?.getTime();
    if (held !== undefined && (end === undefined || end - renewBeforeMs > this.#clock.now())) return held;
    this.#asking ??= given()
      .then((fresh) => {
        this.#held = fresh;
        return fresh;
      })
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }

  /** Forgets credentials that the service refused; false where no others can be had. */
  discard(refused: Credentials | undefined): boolean {
    if (typeof this.#given !== 'function') return false;
    // Another call may have got new ones meanwhile.
    if (this.#held === refused) this.#held = undefined;
    return true;
  }
}
