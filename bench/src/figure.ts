/** What a benchmark answers. A goal is met by the figure itself, or by its share of what this very run could do at most. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | '/s' | 'MB/s' | 's' | 'bytes' | '×';
  /** What to reach, in the same unit; `atMost` for times and ratios, `atLeast` for rates. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
  /** The limit measured in the same run, in the same unit, and the share of it that meets the goal. */
  readonly limit?: { readonly name: string; readonly value: number; readonly share: number };
}

export interface Judged extends Figure {
  /** The figure over the goal (rates), or the goal over the figure (times): 1 or more is met. */
  readonly ratioToGoal?: number;
  readonly ratioToLimit?: number;
  readonly met?: boolean;
}

export function judge(figure: Figure): Judged {
  const isRate = figure.unit === '/s' || figure.unit === 'MB/s';
  const ratioToLimit =
    figure.limit === undefined ? undefined : isRate ? figure.value / figure.limit.value : figure.limit.value / figure.value;
  if (figure.goal === undefined) return { ...figure, ...(ratioToLimit === undefined ? {} : { ratioToLimit }) };
  // Nothing at all is better than any goal, and has no ratio to it.
  if (figure.value === 0 && 'atMost' in figure.goal) return { ...figure, met: true };
  const ratioToGoal = 'atMost' in figure.goal ? figure.goal.atMost / figure.value : figure.value / figure.goal.atLeast;
  const byShare = figure.limit !== undefined && ratioToLimit !== undefined && ratioToLimit >= figure.limit.share;
  return { ...figure, ratioToGoal, ...(ratioToLimit === undefined ? {} : { ratioToLimit }), met: ratioToGoal >= 1 || byShare };
}

export function formatValue(value: number, unit: Figure['unit']): string {
  if (unit === 'bytes') return `${Math.round(value).toLocaleString('en-US')} bytes`;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}
