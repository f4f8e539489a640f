import { applyStep } from './apply-step.ts';
import type { ModelState } from './model-state.ts';
import type { Outcome, Step } from './step.ts';
import { differenceOf, differenceOfValues, type VisibleState } from './visible-state.ts';

/** A step that was run. `cut`: it ended with the process, or by a fault, and nobody knows whether it took effect. */
export interface Ran {
  readonly step: Step;
  readonly outcome: Outcome | 'cut';
}

export type Explanation = { readonly state: ModelState } | { readonly difference: string };

/**
 * Steps that ran at the same time must have had the effect of some order of them, each whole or, if it was cut, not at all: that is what it means that an
 * operation is one commit. Finds such an order, in which every outcome that was seen and the state that is seen now are what the model has.
 */
export function explain(before: ModelState, ran: readonly Ran[], visible: VisibleState): Explanation {
  const differences: string[] = [];
  for (const order of ordersOf(ran)) {
    const reached = follow(before, order, visible);
    const difference = 'difference' in reached ? reached.difference : differenceOf(reached.state, visible);
    if (difference === undefined) return reached;
    differences.push(difference);
  }
  return { difference: [...new Set(differences)].join('\n  or ') };
}

/** All orders of all choices of steps that leave out only such as were cut. */
function ordersOf(ran: readonly Ran[]): readonly (readonly Ran[])[] {
  if (ran.length === 0) return [[]];
  const without = (index: number) => ran.filter((_, other) => other !== index);
  const orders = ran.flatMap((first, index) => ordersOf(without(index)).map((rest) => [first, ...rest]));
  const left = ran.flatMap(({ outcome }, index) => (outcome === 'cut' ? ordersOf(without(index)) : []));
  return [...orders, ...left];
}

function follow(before: ModelState, order: readonly Ran[], visible: VisibleState): Explanation {
  let state = before;
  for (const { step, outcome } of order) {
    const applied = applyStep(state, step, uploadIdOf(state, outcome, visible));
    if (outcome !== 'cut') {
      const difference = differenceOfValues(applied.outcome, outcome);
      if (difference !== undefined) return { difference: `${step.do}: ${difference}` };
    }
    state = applied.state;
  }
  return { state };
}

/** Ids are minted by the store: the one in the outcome, or one that is seen now and was not there before. */
export function uploadIdOf(state: ModelState, outcome: Outcome | 'cut', visible?: VisibleState): string {
  if (outcome !== 'cut' && outcome.kind === 'done') {
    const { value } = outcome;
    if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string') return value.id;
  }
  return [...(visible?.uploads.keys() ?? [])].find((id) => !state.uploads.has(id)) ?? 'unknown';
}

/** Takes over what the model cannot know: ETags that the store mints. */
export function adopt(state: ModelState, etagOf: (bucket: string, key: string) => string | undefined): ModelState {
  const buckets = [...state.buckets].map(([bucket, objects]) => {
    const known = [...objects].map(([key, object]) => [key, { ...object, etag: object.etag ?? etagOf(bucket, key) }] as const);
    return [bucket, new Map(known)] as const;
  });
  return { ...state, buckets: new Map(buckets) };
}
