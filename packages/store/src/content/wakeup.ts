/** Lets those who wait look again. They look first and wait then, with nothing awaited between: so no change is missed. */
export class Wakeup {
  #waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
