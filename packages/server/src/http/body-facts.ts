import {
  type Definition,
  documentTooLong,
  hasDocument,
  headerOf,
  limits,
  type RawRequest,
  ServiceError,
  streamField,
} from '@ossature/protocol';

/** What a head says of its body. */
export interface BodyFacts {
  /** Undefined for a chunked body, whose length nobody knows. */
  readonly declaredBytes: number | undefined;
  /** The error of a body that is longer than its operation takes. */
  readonly tooLong: () => ServiceError;
}

/** Throws the errors that the head alone shows: 411 for a body without a length, and those of a length that is no number or too great. */
export function judgeBodyFacts(definition: Definition, raw: RawRequest): BodyFacts {
  const declaredBytes = declaredLength(raw);
  const isStream = streamField(definition) !== undefined;
  const coding = headerOf(raw.headers, 'transfer-encoding');
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    // RFC 9112 §6.1: a coding beneath the chunks is not undone here, and the bytes would be kept as they are coded.
    throw new ServiceError('NotImplemented', { elements: { Header: 'Transfer-Encoding' } });
  }
  const isChunked = coding !== undefined || (raw.body !== undefined && declaredBytes === undefined);
  if (declaredBytes === undefined && !isChunked && (isStream || definition.requestBody === 'required')) {
    throw new ServiceError('MissingContentLength');
  }
  const limitBytes = definition.bodyLimitBytes + (definition.form === true ? limits.formOverheadMaxBytes : 0);
  const tooLong = () =>
    isStream
      ? new ServiceError('EntityTooLarge', {
          ec: definition.form === true ? '0006-00000003' : undefined,
          elements: { MaxSizeAllowed: String(limitBytes) },
        })
      : documentTooLong(definition);
  const isWanted = isStream || hasDocument(definition);
  if (isWanted && declaredBytes !== undefined && declaredBytes > limitBytes) throw tooLong();
  return { declaredBytes: isChunked ? undefined : (declaredBytes ?? 0), tooLong };
}

/** Throws for a head or a URL that is too long, also where no parser stands before. */
export function judgeHead(raw: RawRequest): void {
  if (raw.target.length > limits.urlMaxBytes) {
    throw new ServiceError('InvalidRequest', { message: `The URL is longer than ${limits.urlMaxBytes} bytes.` });
  }
  let bytes = raw.target.length;
  for (const [name, value] of raw.headers) bytes += name.length + value.length;
  if (bytes > limits.headMaxBytes) throw new ServiceError('InvalidRequest', { message: 'The head of your request is too long.' });
}

function declaredLength(raw: RawRequest): number | undefined {
  const text = headerOf(raw.headers, 'content-length');
  if (text === undefined) return raw.body instanceof Uint8Array ? raw.body.length : undefined;
  if (!/^\d{1,15}$/.test(text)) {
    throw new ServiceError('InvalidArgument', {
      message: 'Content-Length must be one integer.',
      ec: '0017-00000103',
      elements: { ArgumentName: 'Content-Length', ArgumentValue: text },
    });
  }
  return Number(text);
}
