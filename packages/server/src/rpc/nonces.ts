/** Past twice the skew, the time of a call is refused whatever its nonce. */
const keptMs = 30 * 60_000 + 1;
const nonceMax = 100_000;

/** Nonces of calls that came already: none is taken twice while its time is good. Bounded; where more come at once, the oldest are forgotten. */
export class Nonces {
  /** In the order in which they came. */
  readonly #seen = new Map<string, number>();

  /** False where the nonce came before. */
  take(accessKeyId: string, nonce: string, nowMs: number): boolean {
    for (const [key, atMs] of this.#seen) {
      if (atMs > nowMs - keptMs && this.#seen.size < nonceMax) break;
      this.#seen.delete(key);
    }
    const key = `${accessKeyId}\n${nonce}`;
    if (this.#seen.has(key)) return false;
    this.#seen.set(key, nowMs);
    return true;
  }
}
