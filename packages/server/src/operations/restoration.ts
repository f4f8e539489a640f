import { formatHttpDate, ServiceError } from '@ossature/protocol';
import type { Restoration, StorageClass, StoredObject } from '@ossature/store';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The priorities of a restoration, as OSS names them. */
export type RestoreTier = 'Expedited' | 'Standard' | 'Bulk';
/** The classes whose objects are restored before they can be read. */
export type ArchiveClass = Extract<StorageClass, 'Archive' | 'ColdArchive' | 'DeepColdArchive'>;

type Restorable = Pick<StoredObject, 'type' | 'storageClass' | 'restore'>;

/** How long a restoration takes, by class and priority: the longest that OSS tells (RestoreObject). Archive has one priority, DeepColdArchive no `Bulk`. */
const durationsMs: Readonly<Record<ArchiveClass, Readonly<Partial<Record<RestoreTier, number>>>>> = {
  Archive: { Standard: minuteMs },
  ColdArchive: { Expedited: hourMs, Standard: 5 * hourMs, Bulk: 12 * hourMs },
  DeepColdArchive: { Expedited: 12 * hourMs, Standard: 48 * hourMs },
};

/** In milliseconds; undefined: the class does not have the priority. */
export function restoreDurationMs(storageClass: ArchiveClass, tier: RestoreTier): number | undefined {
  return durationsMs[storageClass][tier];
}

/** The archive class of an object; undefined for others, and for links, which have no bytes to restore. */
export function archiveClassOf({ type, storageClass }: Pick<Restorable, 'type' | 'storageClass'>): ArchiveClass | undefined {
  if (type === 'Symlink' || storageClass === 'Standard' || storageClass === 'IA') return undefined;
  return storageClass;
}

/** Where an archived object stands: a pure function of its row and the time. A restoration that is over is as good as none. */
export function restorationState(object: Restorable, nowMs: number): 'frozen' | 'restoring' | 'restored' {
  const running = runningRestoration(object, nowMs);
  if (running === undefined) return 'frozen';
  return nowMs < running.readyMs ? 'restoring' : 'restored';
}

/** Whether the bytes of an object can be read now, by GET or as the source of a copy (OSS: RestoreObject). */
export function isReadable(object: Restorable, nowMs: number): boolean {
  return archiveClassOf(object) === undefined || restorationState(object, nowMs) === 'restored';
}

/** Throws InvalidObjectState for an archived object that is not restored. */
export function judgeReadable(object: StoredObject, nowMs: number): void {
  if (isReadable(object, nowMs)) return;
  throw new ServiceError('InvalidObjectState', { ec: '0016-00000330', elements: { ObjectName: object.key } });
}

/** `x-oss-restore`, and `RestoreInfo` of the lists; undefined where nothing is restored. */
export function restoreHeader(object: Restorable, nowMs: number): string | undefined {
  const running = runningRestoration(object, nowMs);
  if (running === undefined) return undefined;
  if (nowMs < running.readyMs) return 'ongoing-request="true"';
  return `ongoing-request="false", expiry-date="${formatHttpDate(running.expiresMs)}"`;
}

function runningRestoration(object: Restorable, nowMs: number): Restoration | undefined {
  const { restore } = object;
  return archiveClassOf(object) === undefined || restore === undefined || nowMs >= restore.expiresMs ? undefined : restore;
}
