/** What the service throws and a client meets; the codes, their statuses and texts stand in `error-table.ts`. */
import { type ErrorCode, errorRow } from './error-table.ts';

export { type ErrorCode, type ErrorRow, errorRow, errorTable } from './error-table.ts';

/** Codes that only a client gives, for answers that no service of this protocol sends. */
export type ClientErrorCode =
  /** An error whose body is not an error document (the code of the official SDKs). */
  | 'BadErrorResponse'
  /** A success that does not hold what its operation promises. */
  | 'BadResponse';

export interface ServiceErrorDetails {
  readonly message?: string | undefined;
  readonly ec?: string | undefined;
  /** Extra elements of the error document, by name. */
  readonly elements?: Readonly<Record<string, string>>;
  /** Extra headers of the answer (`x-oss-next-append-position`, `Allow`, …); on the client all of them, names in lower case. */
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

  constructor(code: ErrorCode | ClientErrorCode | (string & {}), details: ServiceErrorDetails = {}) {
    const row = errorRow(code);
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
export function isServiceError(error: unknown, code?: ErrorCode | ClientErrorCode): error is ServiceError {
  return error instanceof ServiceError && (code === undefined || error.code === code);
}
