import { createHash, type Hash } from 'node:crypto';
import {
  type Definition,
  type FormField,
  formOf,
  headerOf,
  headerText,
  limits,
  missingFormField,
  type RequestMessage,
  ServiceError,
} from '@ossature/protocol';
import { type FileSizes, judgePostPolicy } from '../post-policy/judge-post-policy.ts';
import { parsePostPolicy } from '../post-policy/parse-post-policy.ts';
import type { Address } from './address.ts';
import type { BodyFacts } from './body-facts.ts';
import { type FormFile, parseForm } from './form-parser.ts';
import { boundBody, type Meter } from './request-body.ts';

/** A request that travels as a form, read up to its file. */
export interface OpenedForm {
  /** The request with the fields as they were sent, by which its sender is known. Its body is the file. */
  readonly message: RequestMessage;
  readonly file: FormFile;
  /** Gives up what is left of the body: to be called when the request is done with, however it ended. */
  close(): Promise<void>;
}

/**
 * Reads the fields of a form: nothing of such a request can be judged before. Throws the documented errors of a body that is no form, of fields that are too long, and of
 * a missing key; the checksum of the whole body (`Content-MD5`) is judged when the file has been read.
 */
export async function openForm(definition: Definition, message: RequestMessage, facts: BodyFacts, received: Meter): Promise<OpenedForm> {
  const boundary = boundaryOf(message);
  const bounds = { ...facts, limitBytes: definition.bodyLimitBytes + limits.formOverheadMaxBytes };
  const claimed = headerOf(message.headers, 'content-md5')?.trim();
  const hash = claimed === undefined ? undefined : createHash('md5');
  const body = hashed(boundBody(message.body, bounds, received), hash);
  const { fields, file, close } = await parseForm(body, boundary);
  if (formOf(fields, 'key') === undefined) {
    await close();
    throw missingFormField('key');
  }
  const content = verified(file.content, hash, claimed);
  return { message: { ...message, form: fields, body: content }, file: { ...file, content }, close };
}

/** A form that may be what it is: its sender is known, and its policy keeps its word. */
export interface AdmittedForm {
  readonly message: RequestMessage;
  /** With the key, which the form names. */
  readonly address: Address;
  /** Of the file alone: nobody has said how long it is. */
  readonly facts: BodyFacts;
  readonly meter: Meter;
}

/**
 * Judges a form by its policy, and makes its fields what they stand for: the name of the file in the key, the type that the file says of itself, the ACL
 * that the head names. Asked once the signature is verified; the policy's bounds of the file are judged while it passes.
 */
export function admitForm({ message, file }: OpenedForm, address: Address, nowMs: number): AdmittedForm {
  const fields = message.form ?? [];
  const policy = formOf(fields, 'policy');
  const defaults = defaultsOf(message, file);
  const sizes =
    policy === undefined ? undefined : judgePostPolicy(parsePostPolicy(policy), { fields, defaults, bucket: address.bucket ?? '', nowMs });
  const key = (formOf(fields, 'key') ?? '').replaceAll(placeholder, () => lastSegment(file.name ?? ''));
  // The first field of a name counts: what is put behind them only stands for those that are not there.
  const form: readonly FormField[] = [['key', key], ...fields, ...defaults];
  const body = sizes === undefined ? file.content : sized(file.content, sizes);
  const tooLong = () =>
    new ServiceError('EntityTooLarge', { ec: '0006-00000003', elements: { MaxSizeAllowed: String(limits.bodyMaxBytes) } });
  return {
    message: { ...message, form, body },
    address: { ...address, key },
    facts: { declaredBytes: undefined, tooLong },
    meter: { bytes: 0 },
  };
}

/** What the file and the head say, where the form has no field for it. */
function defaultsOf({ headers }: RequestMessage, { contentType }: FormFile): readonly FormField[] {
  const acl = headerOf(headers, 'x-oss-object-acl');
  return [
    ...(contentType === undefined ? [] : [['Content-Type', contentType] as const]),
    ...(acl === undefined ? [] : [['x-oss-object-acl', headerText(acl) ?? acl] as const]),
  ];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what OSS replaces by the name of the file
const placeholder = '${filename}';

/** Old browsers send the whole path. */
function lastSegment(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}

function boundaryOf(message: RequestMessage): string {
  const type = headerOf(message.headers, 'content-type') ?? '';
  if (!/^\s*multipart\/form-data\s*(;|$)/i.test(type)) throw new ServiceError('RequestIsNotMultiPartContent');
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^;\s"]+))/i.exec(type) ?? [];
  const boundary = quoted ?? bare ?? '';
  if (boundary !== '' && boundary.length <= limits.formBoundaryMaxBytes) return boundary;
  throw new ServiceError('InvalidArgument', {
    message: 'The Content-Type of a form must name its boundary, 1 to 70 characters.',
    elements: { ArgumentName: 'Content-Type', ArgumentValue: type },
  });
}

async function* hashed(body: AsyncIterable<Uint8Array>, hash: Hash | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of body) {
    hash?.update(chunk);
    yield chunk;
  }
}

async function* verified(
  content: AsyncIterable<Uint8Array>,
  hash: Hash | undefined,
  claimed: string | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* content;
  if (hash !== undefined && hash.digest('base64') !== claimed) throw new ServiceError('InvalidDigest', { ec: '0017-00000503' });
}

async function* sized(content: AsyncIterable<Uint8Array>, { minBytes, maxBytes }: FileSizes): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ServiceError('EntityTooLarge', {
        ec: '0006-00000003',
        elements: { MaxSizeAllowed: String(maxBytes), ProposedSize: String(bytes) },
      });
    }
    yield chunk;
  }
  if (bytes < minBytes) {
    throw new ServiceError('EntityTooSmall', {
      ec: '0006-00000004',
      elements: { MinSizeAllowed: String(minBytes), ProposedSize: String(bytes) },
    });
  }
}
