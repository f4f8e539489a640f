/** Past twice the skew, the time of a call is refused whatever its nonce. */
const keptMs = 30 * 60_000 + 1;
const nonceMax = 100_000;

/**
 * Nonces of calls that came already: none is taken twice while its time is good. Bounded; where more come at once, the oldest are forgotten. They are kept in two
 * generations, of which the older is dropped whole: a nonce costs the same however many there are.
 */
export class Nonces {
  #older: ReadonlySet<string> = new Set();
  #newer = new Set<string>();
  /** When the newer ones began. */
  #sinceMs = Number.NEGATIVE_INFINITY;

  /** False where the nonce came before. */
  take(accessKeyId: string, nonce: string, nowMs: number): boolean {
    if (nowMs - this.#sinceMs >= keptMs || this.#newer.size >= nonceMax / 2) {
      this.#older = this.#newer;
      this.#newer = new Set();
      this.#sinceMs = nowMs;
    }
    const key = `${accessKeyId}\n${nonce}`;
    if (this.#older.has(key) || this.#newer.has(key)) return false;
    this.#newer.add(key);
    return true;
  }
}
