/** The errors of the protocol: one table for both ends. Sources: the OSS error-code pages and the EC pages. */

interface ErrorRow {
  readonly status: number;
  /** The documented text; a thrower may give the one of its situation. */
  readonly message: string;
  /** Names of extra elements that the error document may carry, in order. */
  readonly elements?: readonly string[];
  /** The error's number, where one is documented for every use of the code. */
  readonly ec?: string;
  /** Worth another try by a client, beside what the status says. */
  readonly retryable?: boolean;
}

export const errorTable = {
  NotModified: { status: 304, message: 'Not Modified' },
  InvalidArgument: { status: 400, message: 'Invalid Argument. Parameter is invalid.', elements: ['ArgumentName', 'ArgumentValue'] },
  NoSuchBucket: { status: 404, message: 'The specified bucket does not exist.', elements: ['BucketName'], ec: '0015-00000101' },
  NoSuchKey: { status: 404, message: 'The specified key does not exist.', elements: ['Key'], ec: '0026-00000001' },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type ErrorCode = keyof typeof errorTable;

export interface ServiceErrorDetails {
  readonly message?: string | undefined;
  readonly ec?: string | undefined;
  /** Extra elements of the error document, by name. */
  readonly elements?: Readonly<Record<string, string>>;
  /** Extra headers of the answer (`x-oss-next-append-position`, `Allow`, …). */
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId?: string | undefined;
  readonly hostId?: string | undefined;
  /** Other than the table's only where a client met an answer that says so. */
  readonly statusCode?: number | undefined;
  readonly cause?: unknown;
}

/** An error of the service: thrown by handlers, and by the client for what a service answered. */
export class ServiceError extends Error {
  /** One of the table's codes, or on the client whatever the service sent. */
  readonly code: string;
  readonly statusCode: number;
  readonly requestId: string | undefined;
  readonly hostId: string | undefined;
  readonly ec: string | undefined;
  readonly elements: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode | (string & {}), details: ServiceErrorDetails = {}) {
    const row: ErrorRow | undefined = (errorTable as Readonly<Record<string, ErrorRow>>)[code];
    super(details.message ?? row?.message ?? code, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.statusCode = details.statusCode ?? row?.status ?? 500;
    this.requestId = details.requestId;
    this.hostId = details.hostId;
    this.ec = details.ec ?? row?.ec;
    this.elements = details.elements ?? {};
    this.headers = details.headers ?? {};
  }
}

/** Narrows to an error of the service, and to one code where it is given. */
export function isServiceError(error: unknown, code?: ErrorCode): error is ServiceError {
  return error instanceof ServiceError && (code === undefined || error.code === code);
}
