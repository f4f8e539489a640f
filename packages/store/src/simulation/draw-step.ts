import type { ByteRange, ObjectAddress, VersionAddress } from '../store.ts';
import type { Draw } from './draw.ts';
import { type ModelState, objectAt, versionsOf } from './model-state.ts';
import type { Content, Step, UploadName } from './step.ts';

const buckets = ['alpha', 'beta', 'gamma'] as const;
/** One bucket never has versions; another is suspended now and then, and the third often. */
const settings = [
  { bucket: 'beta', versioning: 'Enabled' },
  { bucket: 'beta', versioning: 'Enabled' },
  { bucket: 'beta', versioning: 'Suspended' },
  { bucket: 'gamma', versioning: 'Enabled' },
  { bucket: 'gamma', versioning: 'Suspended' },
  { bucket: 'gamma', versioning: 'Suspended' },
] as const;
/** Few, so that steps meet; with common prefixes, with names that sort by bytes and not by letters, and with one beyond ASCII. */
const keys = ['a', 'a/', 'a/b', 'a/b/c', 'B', 'b', 'é', '\u{1f4e6}'] as const;
/** Around what stands in a row (16 KiB); most are short, since a simulation lives from the number of its steps. */
const lengths = [0, 1, 50, 300, 300, 2_000, 16_384, 16_385, 20_000] as const;
/** More than one chunk of a blob, and digested by the workers. */
const longLength = 540_000;
const greatestPart = 4;

/** Something that a caller might do now; mostly something that the state gives a meaning. */
export function drawStep(draw: Draw, state: ModelState, endedUploads: readonly UploadName[]): Step {
  if (state.buckets.size === 0 || draw.oneIn(40)) return { do: 'putBucket', bucket: draw.pick(buckets) };
  const kind = draw.below(100);
  if (kind < 12) return { do: 'put', to: address(draw), content: content(draw), tag: tag(draw) };
  if (kind < 14) return { do: 'symlink', to: address(draw), tag: tag(draw), link: draw.pick(keys) };
  if (kind < 21) return { do: 'append', to: address(draw), content: content(draw), tag: tag(draw) };
  if (kind < 38) return copyStep(draw, state);
  if (kind < 52) return { do: 'remove', to: removable(draw, state) };
  if (kind < 56) return { do: 'update', to: version(draw, state), tag: tag(draw) };
  if (kind < 81) return uploadStep(draw, state, endedUploads);
  if (kind < 87) return { do: 'read', from: version(draw, state), range: range(draw, state) };
  if (kind < 94) return listStep(draw, state);
  if (kind < 95) return { do: 'deleteBucket', bucket: draw.pick(buckets) };
  if (kind < 99) return { do: 'setVersioning', ...draw.pick(settings) };
  return { do: 'statistics', bucket: draw.pick(buckets) };
}

/** Writes a blob, and a row that names it. */
export function drawBlobStep(draw: Draw): Step {
  return { do: 'put', to: address(draw), content: { seed: draw.below(1_000_000), lengthBytes: 20_000 }, tag: tag(draw) };
}

/** Something that meets the other step, where they run at the same time. */
export function drawStepBeside(draw: Draw, state: ModelState, other: Step): Step | undefined {
  if ('upload' in other) return stepOfUpload(draw, state, other.upload);
  if (!('to' in other)) return undefined;
  const { bucket, key } = other.to;
  const kind = draw.below(4);
  if (kind === 0) return { do: 'put', to: { bucket, key }, content: content(draw), tag: tag(draw) };
  if (kind === 1) return { do: 'copy', from: version(draw, state), to: { bucket, key }, tag: tag(draw) };
  return { do: 'remove', to: { bucket, key, ...(kind === 2 && { versionId: draw.pick(versionsOf(state, other.to))?.versionId }) } };
}

function copyStep(draw: Draw, state: ModelState): Step {
  const from = version(draw, state);
  const itself = { bucket: from.bucket, key: from.key };
  return { do: 'copy', from, to: draw.oneIn(4) ? itself : address(draw), tag: draw.oneIn(2) ? tag(draw) : undefined };
}

function uploadStep(draw: Draw, state: ModelState, endedUploads: readonly UploadName[]): Step {
  const running = [...state.uploads.values()].map(({ id, bucket, key }) => ({ bucket, key, uploadId: id }));
  const upload = draw.pick(draw.oneIn(12) ? endedUploads : running);
  if (upload === undefined || running.length < 2 || draw.oneIn(8)) return { do: 'initiate', to: address(draw), tag: tag(draw) };
  return stepOfUpload(draw, state, upload);
}

function stepOfUpload(draw: Draw, state: ModelState, upload: UploadName): Step {
  const partNumber = 1 + draw.below(greatestPart);
  const kind = draw.below(10);
  if (kind < 3) return { do: 'part', upload, partNumber, content: content(draw) };
  if (kind < 6) return { do: 'partCopy', from: version(draw, state), upload, partNumber, range: range(draw, state) };
  if (kind < 9) return { do: 'complete', upload, partNumbers: partNumbers(draw, state, upload) };
  return draw.oneIn(2) ? { do: 'abort', upload } : { do: 'listParts', upload, after: draw.below(3), limit: 1 + draw.below(3) };
}

/** Those that there are, mostly; now and then fewer, or one that there may not be. */
function partNumbers(draw: Draw, state: ModelState, { uploadId }: UploadName): readonly number[] {
  const there = [...(state.uploads.get(uploadId)?.parts.keys() ?? [])];
  const wanted = draw.oneIn(6) ? [...there, 1 + draw.below(greatestPart)] : there.filter(() => !draw.oneIn(5));
  return [...new Set(wanted)].toSorted((a, b) => a - b);
}

function listStep(draw: Draw, state: ModelState): Step {
  const bucket = draw.pick(buckets);
  const limit = 1 + draw.below(4);
  if (draw.oneIn(4)) return { do: 'listUploads', bucket, limit, prefix: draw.pick(['', 'a', 'é']) };
  const page = {
    prefix: draw.pick(['', '', 'a', 'a/']),
    delimiter: draw.pick(['', '/', '/b']),
    after: draw.oneIn(2) ? '' : draw.pick(keys),
    limit,
  };
  if (draw.oneIn(2)) return { do: 'list', bucket, page };
  const marked = version(draw, state);
  const { prefix, delimiter } = page;
  const keyMarker = page.after === '' ? '' : marked.key;
  const versionIdMarker = page.after === '' ? '' : (marked.versionId ?? '');
  return { do: 'listVersions', bucket: marked.bucket, page: { prefix, delimiter, limit, keyMarker, versionIdMarker } };
}

function address(draw: Draw): ObjectAddress {
  return { bucket: draw.pick(buckets), key: draw.pick(keys) };
}

function existing(draw: Draw, state: ModelState): ObjectAddress {
  const all = [...state.buckets].flatMap(([bucket, { keys }]) => [...keys.keys()].map((key) => ({ bucket, key })));
  return (draw.oneIn(10) ? undefined : draw.pick(all)) ?? address(draw);
}

/** The current version, or one that is named. */
function version(draw: Draw, state: ModelState): VersionAddress {
  const to = existing(draw, state);
  const versionId = draw.oneIn(6) ? 'null' : draw.pick(versionsOf(state, to))?.versionId;
  return versionId === undefined || draw.oneIn(2) ? to : { ...to, versionId };
}

/** Of many versions more often one that is named: else there would be ever more of them. */
function removable(draw: Draw, state: ModelState): VersionAddress {
  const to = existing(draw, state);
  const versions = versionsOf(state, to);
  const versionId = draw.pick(versions)?.versionId;
  return versionId === undefined || draw.below(1 + versions.length) === 0 ? to : { ...to, versionId };
}

/** Inside of one object or another; also one that is inside none. */
function range(draw: Draw, state: ModelState): ByteRange | undefined {
  if (draw.oneIn(2)) return undefined;
  const sizeBytes = objectAt(state, existing(draw, state))?.bytes.bytes.length ?? 1_000_000;
  if (sizeBytes === 0) return undefined;
  const offsetBytes = draw.below(sizeBytes);
  return { offsetBytes, lengthBytes: 1 + draw.below(sizeBytes - offsetBytes) };
}

function content(draw: Draw): Content {
  const lengthBytes = draw.oneIn(150) ? longLength : draw.pick(lengths);
  return { seed: draw.below(1_000_000), lengthBytes };
}

function tag(draw: Draw): string {
  return `t${draw.below(1_000)}`;
}
