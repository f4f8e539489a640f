import type { Clock, Digests, OperationKey, SignatureVersion } from '@ossature/protocol';
import type { CredentialsSource } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import type { RetryPolicy } from './retry.ts';
import type { Transport } from './transport.ts';

/** What every call of one client shares. */
export interface Core {
  readonly endpoint: Endpoint;
  readonly region: string;
  readonly credentials: CredentialsSource;
  readonly signatureVersion: SignatureVersion;
  readonly transport: Transport;
  readonly digests: Digests;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly idleTimeoutMs: number;
  /** In place of it for operations that say nothing until they are done. */
  readonly silentTimeoutMs: number;
  readonly userAgent: string;
  /** How far the service's clock is ahead of ours; learned from its answers. */
  readonly skew: { offsetMs: number };
}

/** What a single call may have otherwise than its client. */
export interface CallOptions {
  /** Ends the call, waits between tries included, and the reading of a body that it brought. */
  readonly signal?: AbortSignal | undefined;
  /** Tries in all; 1 for none after the first. */
  readonly attempts?: number | undefined;
  /** The longest silence of the service, for this call. */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * AppendObject at another position than 0: the CRC-64 of what stands before it, as the last append answered it. With it the
   * answer's checksum can be verified.
   */
  readonly precedingHashCrc64?: string | undefined;
}

/** The untyped face of the methods, for what is written over all operations alike. */
export type Call = (operation: OperationKey, request: Fields, options?: CallOptions) => Promise<Fields>;

export type Fields = Readonly<Record<string, unknown>>;
