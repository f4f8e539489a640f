/** Told of bytes as they pass. What it reports never goes back and never over the whole, however often a part is repeated. */
export interface Progress {
  /** Called once, when it is known how much there is. */
  begin(totalBytes: number): void;
  /** `doneBytes` of this part have passed. */
  report(partNumber: number, doneBytes: number): void;
}

/** Where progress is shown. */
export interface ProgressDisplay {
  start(totalBytes: number): void;
  update(doneBytes: number): void;
}

/** Sums up parts; a part that is repeated counts with the most that it had. */
export function createProgress(display: ProgressDisplay | undefined): Progress {
  const most = new Map<number, number>();
  let total = 0;
  return {
    begin: (totalBytes) => display?.start(totalBytes),
    report: (partNumber, doneBytes) => {
      const before = most.get(partNumber) ?? 0;
      if (doneBytes <= before) return;
      most.set(partNumber, doneBytes);
      total += doneBytes - before;
      display?.update(total);
    },
  };
}
