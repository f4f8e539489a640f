import {
  bucketNameFault,
  type Context,
  contextOf,
  type Definition,
  encodeBase64,
  encodeRequest,
  headerOf,
  type OperationKey,
  objectKeyFault,
  operations,
  type RequestMessage,
  streamField,
} from '@ossature/protocol';
import type { Core, Fields } from './core.ts';
import { type Address, addressOf, refuseName } from './endpoint.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { prepareUpload, type Upload, type UploadBody } from './upload.ts';

/** A call made ready: everything that is the same on every try. */
export interface Plan {
  readonly operation: OperationKey;
  readonly definition: Definition;
  /** The request as the protocol has it, without the body. */
  readonly request: Fields;
  /** Unsigned; its body is XML, or absent where bytes are sent. */
  readonly message: RequestMessage;
  readonly address: Address;
  readonly context: Context;
  /** The bytes that are sent, where the operation sends some. */
  readonly upload: Upload | undefined;
}

/**
 * The first step of the pipeline: encode. `no-body`: the bytes are not known yet. Throws `InvalidRequestError` for what cannot be sent, and for
 * what the service would take for something else without saying so.
 */
export function planCall(core: Core, operation: OperationKey, given: Fields, mode: 'send' | 'no-body' = 'send'): Plan {
  const definition: Definition = operations[operation];
  const { body, ...fields } = given;
  refuseFields(definition, fields);
  const sends = streamField(definition) !== undefined;
  if (body !== undefined && !sends) throw new InvalidRequestError('body', `${definition.name} has no such member.`);
  const lengthBytes = lengthOf(fields);
  const upload = sends && mode === 'send' ? prepareUpload((body ?? '') as UploadBody, lengthBytes) : undefined;
  const request = completed(definition, fields, upload);
  const message = withDigest(core, definition, encode(definition, request));
  return {
    operation,
    definition,
    request,
    message,
    address: addressOf(core.endpoint, message),
    context: contextOf(message.query, message.headers),
    upload,
  };
}

function lengthOf(fields: Fields): number | undefined {
  const length = fields['contentLength'];
  if (length === undefined) return undefined;
  if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0) return length;
  throw new InvalidRequestError('contentLength', `A number of bytes is wanted, and not ${String(length)}.`);
}

/** A CRC-64 as callers give it: a decimal string, or a bigint. Throws `InvalidRequestError` for what is none. */
export function checksumOf(member: string, given: unknown): bigint | undefined {
  if (given === undefined) return undefined;
  const checksum = typeof given === 'string' && /^\d{1,20}$/.test(given) ? BigInt(given) : given;
  if (typeof checksum === 'bigint' && checksum === BigInt.asUintN(64, checksum)) return checksum;
  throw new InvalidRequestError(member, `A CRC-64 is a decimal number of 64 bits, and not ${String(given)}.`);
}

/** A name that no member has is a slip, and on the wire it would simply be missing; a bad name of a source could become another's. */
function refuseFields(definition: Definition, fields: Fields): void {
  const copies = 'source' in definition.request;
  for (const name of Object.keys(fields)) {
    const known = name in definition.request || (copies && ['sourceBucket', 'sourceKey', 'sourceVersionId'].includes(name));
    if (!known) throw new InvalidRequestError(name, `${definition.name} has no such member.`);
  }
  if (!copies) return;
  refuseName('sourceBucket', String(fields['sourceBucket'] ?? ''), bucketNameFault);
  refuseName('sourceKey', String(fields['sourceKey'] ?? ''), objectKeyFault);
}

/** The request with what the client adds by itself. */
function completed(definition: Definition, fields: Fields, upload: Upload | undefined): Fields {
  const { request } = definition;
  const crc = checksumOf('hashCrc64', fields['hashCrc64']);
  // OSS documents the header for these two; of AppendObject it does not say whose checksum it would be.
  const checked = definition.name === 'PutObject' || definition.name === 'UploadPart';
  return {
    ...fields,
    // XML cannot carry every name: asked for always, so that no name can surprise.
    ...('encodingType' in request ? { encodingType: 'url' } : {}),
    ...(crc === undefined ? {} : { hashCrc64: crc }),
    ...('contentLength' in request && upload?.lengthBytes !== undefined ? { contentLength: upload.lengthBytes } : {}),
    // With the checksum in the head, the service refuses other bytes instead of storing them.
    ...(checked && crc === undefined && upload?.known !== undefined ? { hashCrc64: upload.known.hashCrc64 } : {}),
  };
}

function encode(definition: Definition, request: Fields): RequestMessage {
  try {
    return encodeRequest(definition, request);
  } catch (error) {
    // The protocol's own refusals begin with the name of the field.
    const [, member, reason] = (error instanceof TypeError && /^([\w.-]+):? (.*)$/s.exec(error.message)) || [];
    if (member === undefined || reason === undefined) throw error;
    throw new InvalidRequestError(member, reason, error);
  }
}

/** XML bodies carry their MD5: DeleteMultipleObjects needs it, and it guards the others. */
function withDigest(core: Core, definition: Definition, message: RequestMessage): RequestMessage {
  const { body } = message;
  const given = headerOf(message.headers, 'content-md5') !== undefined;
  if (definition.requestRoot === undefined || given || !(body instanceof Uint8Array)) return message;
  return { ...message, headers: [...message.headers, ['Content-MD5', encodeBase64(core.digests.hash('md5', body))]] };
}
