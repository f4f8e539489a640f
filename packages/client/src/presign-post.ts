import { formOf, limits, type operations, type PostCondition, signForm } from '@ossature/protocol';
import type { Core, Fields } from './core.ts';
import { addressOf } from './endpoint.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { planCall } from './plan.ts';
import type { RequestFor } from './surface.ts';

/** What a form says of its object. In the key, a literal `${filename}` stands for the name of the file that is chosen. */
export type PresignPostRequest = Omit<RequestFor<typeof operations.postObject>, 'body' | 'contentMd5' | 'aclInHead'>;

export interface PresignPostOptions {
  /** How long the form is good for; default 900, at most seven days. */
  readonly expiresSeconds?: number | undefined;
  /** What else the form must be, or the fields that whoever sends it may choose: `['starts-with', '$content-type', 'image/']`, `['content-length-range', 1, 1024]`. */
  readonly conditions?: readonly PostCondition[] | undefined;
  /** Default: that of the client; V4 where that is V2, which forms do not know. */
  readonly signatureVersion?: 'V1' | 'V4' | undefined;
}

/** A form that anybody can send until it expires: `multipart/form-data` with these fields, and after them the file in a field `file`. */
export interface PresignedPost {
  readonly method: 'POST';
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly expiration: Date;
}

/** Signs a form. Every field that is given must come as it is; the key may only differ behind what precedes its placeholder. */
export async function presignPost(core: Core, request: Fields, options: PresignPostOptions): Promise<PresignedPost> {
  if ('body' in request) throw new InvalidRequestError('body', 'A form has no file yet; give it when the form is used.');
  const { message } = planCall(core, 'postObject', request, 'no-body');
  const [header] = message.headers;
  if (header !== undefined) throw new InvalidRequestError(header[0], 'A form has no header of its own: whoever sends it does.');
  const credentials = await core.credentials.get();
  if (credentials === undefined) throw new InvalidRequestError('credentials', 'An anonymous client cannot sign.');
  const { expiresSeconds = limits.presignDefaultSeconds } = options;
  const isLife =
    Number.isSafeInteger(expiresSeconds) && expiresSeconds >= limits.presignMinSeconds && expiresSeconds <= limits.presignMaxSeconds;
  if (!isLife)
    throw new RangeError(`A form lives ${limits.presignMinSeconds} to ${limits.presignMaxSeconds} seconds, not ${expiresSeconds}.`);
  const form = message.form ?? [];
  const nowMs = core.clock.now() + core.skew.offsetMs;
  const conditions: readonly PostCondition[] = [
    { bucket: message.bucket ?? '' },
    keyCondition(formOf(form, 'key') ?? ''),
    ...form.filter(([name]) => name !== 'key').map(([name, value]) => ({ [name]: value })),
    ...(options.conditions ?? []),
  ];
  const expiresAtMs = nowMs + expiresSeconds * 1000;
  const version = options.signatureVersion ?? (core.signatureVersion === 'V1' ? 'V1' : 'V4');
  const signature = signForm(core.digests, conditions, { version, credentials, region: core.region, nowMs, expiresAtMs });
  const { origin, host, target } = addressOf(core.endpoint, message);
  const fields = Object.fromEntries([...form, ...signature]);
  return { method: 'POST', url: `${origin.scheme}://${host}${target}`, fields, expiration: new Date(expiresAtMs) };
}

function keyCondition(key: string): PostCondition {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the service replaces by the name of the file
  const placeholder = key.indexOf('${filename}');
  return placeholder < 0 ? { key } : ['starts-with', '$key', key.slice(0, placeholder)];
}
