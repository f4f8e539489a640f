import { applyStep } from './apply-step.ts';
import { type ModelState, type ModelVersion, versionsOf, withVersions } from './model-state.ts';
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
    state = learn(applied.state, step, outcome);
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

/** What the model cannot know of a version: the store mints it. */
export interface Minted {
  readonly versionId?: string | undefined;
  readonly etag?: string | undefined;
}

/** Takes over what the store minted, of all versions; they stand in the same order on both sides. */
export function adopt(state: ModelState, mintedOf: (bucket: string, key: string, index: number) => Minted | undefined): ModelState {
  const buckets = [...state.buckets].map(([name, bucket]) => {
    const keys = [...bucket.keys].map(
      ([key, versions]) => [key, versions.map((version, index) => adopted(version, mintedOf(name, key, index)))] as const,
    );
    return [name, { ...bucket, keys: new Map(keys) }] as const;
  });
  return { ...state, buckets: new Map(buckets) };
}

/** The same of the version that the step wrote, which is the current one of its key. */
export function learn(state: ModelState, step: Step, outcome: Outcome | 'cut'): ModelState {
  const written = 'to' in step ? step.to : 'upload' in step ? step.upload : undefined;
  const [current, ...older] = written === undefined ? [] : versionsOf(state, written);
  if (written === undefined || current === undefined || outcome === 'cut' || outcome.kind !== 'done') return state;
  return withVersions(state, written, [adopted(current, mintedIn(outcome.value)), ...older]);
}

/** Of the object that an outcome shows, or of the marker. */
function mintedIn(value: unknown): Minted {
  if (typeof value !== 'object' || value === null) return {};
  return 'marker' in value ? mintedIn(value.marker) : value;
}

function adopted(version: ModelVersion, minted: Minted = {}): ModelVersion {
  const { object } = version;
  return {
    versionId: version.versionId ?? minted.versionId,
    object: object && { ...object, etag: object.etag ?? minted.etag },
  };
}
