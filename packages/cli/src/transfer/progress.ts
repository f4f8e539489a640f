/** Told of bytes as they pass. It never goes back and never over the whole, however often a part is repeated. */
export interface Progress {
  /** `doneBytes` of this part have passed. */
  report(partNumber: number, doneBytes: number): void;
}

/** Sums up parts; a part that is repeated counts with the most that it had. */
export function createProgress(onBytes: (doneBytes: number) => void): Progress {
  const most = new Map<number, number>();
  let total = 0;
  return {
    report: (partNumber, doneBytes) => {
      const before = most.get(partNumber) ?? 0;
      if (doneBytes <= before) return;
      most.set(partNumber, doneBytes);
      total += doneBytes - before;
      onBytes(total);
    },
  };
}
