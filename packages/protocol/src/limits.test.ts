import { describe, expect, it } from 'vitest';
import { limitFaults, limits } from './limits.ts';

describe('limits', () => {
  it('hang together', () => {
    expect(limitFaults()).toEqual([]);
  });

  it('are those of the service', () => {
    expect(limits).toMatchObject({
      objectKeyMaxBytes: 1023,
      partSizeMinBytes: 102_400,
      partSizeMaxBytes: 5_368_709_120,
      partCountMax: 10_000,
      bodyMaxBytes: 5_368_709_120,
      copyChangedMaxBytes: 1_073_741_824,
      userMetadataMaxBytes: 8192,
      multiDeleteMaxKeys: 1000,
      clockSkewMaxMs: 900_000,
      presignMaxSeconds: 604_800,
    });
    // 48.8 TB.
    expect(Math.floor((limits.objectSizeMaxBytes / 2 ** 40) * 10) / 10).toBe(48.8);
  });

  it('that contradict each other are found', () => {
    expect(limitFaults({ ...limits, urlMaxBytes: 4096 })).toHaveLength(1);
    expect(limitFaults({ ...limits, headMaxBytes: 16 * 1024 })).toHaveLength(1);
    expect(limitFaults({ ...limits, partSizeMaxBytes: 6 * 2 ** 30 })).toHaveLength(2);
    expect(limitFaults({ ...limits, keepAliveTimeoutMs: 10_000 })).toHaveLength(2);
    expect(limitFaults({ ...limits, listObjectsDefaultEntries: 1001 })).toHaveLength(1);
  });
});
