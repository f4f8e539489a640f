import { describe, expect, it } from 'vitest';
import { formatDuration, formatSize, parseDurationMs, parseInteger, parseSizeBytes } from './quantity.ts';
import { UsageError } from './usage-error.ts';

describe('quantities', () => {
  it.each([
    ['0', 0],
    ['17', 17],
    ['17B', 17],
    ['100K', 102_400],
    ['64M', 67_108_864],
    ['64MiB', 67_108_864],
    ['64mb', 67_108_864],
    ['1.5G', 1_610_612_736],
    ['1T', 1_099_511_627_776],
  ])('the size %s', (text, bytes) => {
    expect(parseSizeBytes(text, '--x')).toBe(bytes);
  });

  it.each(['', 'M', '-1', '1X', '1 2', '1e3', '99999999999T'])('no size: %j', (text) => {
    expect(() => parseSizeBytes(text, '--x')).toThrow(UsageError);
  });

  it.each([
    ['500ms', 500],
    ['1s', 1000],
    ['1.5m', 90_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('the time %s', (text, ms) => {
    expect(parseDurationMs(text, '--x')).toBe(ms);
  });

  it.each(['', '1', 's', '-1s', '1 s', '1w'])('no time: %j', (text) => {
    expect(() => parseDurationMs(text, '--x')).toThrow(UsageError);
  });

  it('numbers within bounds', () => {
    expect(parseInteger('64', '--x', 1, 64)).toBe(64);
    for (const text of ['0', '65', '', '1.5', '-1', 'x']) expect(() => parseInteger(text, '--x', 1, 64)).toThrow(UsageError);
  });

  it('for people', () => {
    expect([0, 1023, 1024, 150_000_000, 5 * 2 ** 40].map(formatSize)).toEqual(['0 B', '1023 B', '1.00 KiB', '143.1 MiB', '5.00 TiB']);
    expect([3.4, 1234].map(formatDuration)).toEqual(['3 ms', '1.2 s']);
  });
});
