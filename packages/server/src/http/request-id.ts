import type { Random } from '@ossature/store';

/** Random bytes of one id, and ids of one draw: asking the system for every request would be a noticeable part of it. */
const idBytes = 8;
const idsPerDraw = 512;

/** Ids of requests: 24 upper-case hex digits, the Unix time in seconds and then 64 random bits. */
export class RequestIds {
  readonly #random: Random;
  #drawn: Uint8Array = new Uint8Array(0);
  #used = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  mint(nowMs: number): string {
    if (this.#used + idBytes > this.#drawn.length) {
      this.#drawn = this.#random.bytes(idBytes * idsPerDraw);
      this.#used = 0;
    }
    let id = (Math.floor(nowMs / 1000) % 0x1_0000_0000).toString(16).padStart(8, '0');
    for (const byte of this.#drawn.subarray(this.#used, this.#used + idBytes)) id += byte.toString(16).padStart(2, '0');
    this.#used += idBytes;
    return id.toUpperCase();
  }
}
