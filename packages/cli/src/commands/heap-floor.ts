const floorBytes = 32 * 1024 * 1024;
let floor: readonly number[] = [];

/**
 * Keeps 32 MiB of plain numbers alive. V8 collects the old space whenever heap and buffers together have grown by about as much as the heap holds, and this
 * server's heap holds 12 MiB: bodies that pass in buffers of 64 KiB made it mark a hundred times for each GiB, on every core at once (measured: a third of
 * all processor time of a PUT). Numbers cost nothing to mark; V8's own option for it, `--initial-old-space-size`, cannot be set from inside.
 */
export function raiseHeapFloor(): void {
  if (floor.length === 0) floor = new Array<number>(floorBytes / 8).fill(0.5);
}
