/** Those who ask for a turn under the same name have it one after another, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves when it is the caller's turn; what it answers ends that. */
  async take(name: string): Promise<() => void> {
    const before = this.#last.get(name);
    let end = () => {};
    const mine = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#last.set(name, mine);
    await before;
    return () => {
      if (this.#last.get(name) === mine) this.#last.delete(name);
      end();
    };
  }
}
