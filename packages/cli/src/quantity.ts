import { UsageError } from './usage-error.ts';

const sizeUnits: Readonly<Record<string, number>> = { '': 1, B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const timeUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `64M`, `100K`, `1.5G`, also as `64MiB` or `64MB`: powers of 1024, as ossutil reads them. Throws `UsageError`. */
export function parseSizeBytes(text: string, option: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([BKMGT]?)(?:i?B)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(number) * (sizeUnits[(unit ?? '?').toUpperCase()] ?? Number.NaN);
  if (!Number.isSafeInteger(Math.round(bytes))) throw new UsageError(`${option} is a size such as 64M, not "${text}".`);
  return Math.round(bytes);
}

/** `500ms`, `1s`, `5m`, `24h`, `7d`. Throws `UsageError`. */
export function parseDurationMs(text: string, option: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  const ms = Number(number) * (timeUnits[unit ?? ''] ?? Number.NaN);
  if (!Number.isFinite(ms)) throw new UsageError(`${option} is a time such as 1s or 24h, not "${text}".`);
  return ms;
}

/** An integer within bounds. Throws `UsageError`. */
export function parseInteger(text: string, option: string, min: number, max: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max)) throw new UsageError(`${option} is a number from ${min} to ${max}, not "${text}".`);
  return number;
}

/** `1.5 MiB`: for a person to read. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}

export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
