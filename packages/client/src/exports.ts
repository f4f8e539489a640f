/** What both entries export: everything but `createClient`, which each gives its platform. */
export {
  type Clock,
  Crc64,
  type Credentials,
  crc64,
  crc64Combine,
  determinePartSize,
  type ErrorCode,
  isServiceError,
  limits,
  type OperationKey,
  type PostCondition,
  ServiceError,
  type SignatureVersion,
  systemClock,
} from '@ossature/protocol';
export { ChecksumError } from './checksum-error.ts';
export type { Client, ClientOptions } from './client.ts';
export type { CallOptions } from './core.ts';
export type { CredentialsProvider, TemporaryCredentials } from './credentials.ts';
export type { DownloadBody } from './download.ts';
export type { Addressing } from './endpoint.ts';
export { createFetchTransport } from './fetch-transport.ts';
export { InvalidRequestError } from './invalid-request-error.ts';
export { createMemoryTransport, type MemoryHandler } from './memory-transport.ts';
export { mergeVersions, type VersionEntry } from './merge-versions.ts';
export type { Methods } from './methods.ts';
export type { PagedLists, Pages } from './pages.ts';
export type { PresignedRequest, PresignOptions } from './presign.ts';
export type { PresignedPost, PresignPostOptions, PresignPostRequest } from './presign-post.ts';
export type { RetryPolicy } from './retry.ts';
export type { AnswerFacts, RequestFor, ResultFor } from './surface.ts';
export type { Origin, Transport } from './transport.ts';
export { isTransportError, TransportError, type TransportErrorKind } from './transport-error.ts';
export type { ByteStream, UploadBody } from './upload.ts';
