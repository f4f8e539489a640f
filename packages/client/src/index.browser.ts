/** The client on platforms with `fetch` and without Node's modules. */
import { browserDigests } from '@ossature/protocol/browser';
import { assembleClient, type Client, type ClientOptions } from './client.ts';
import { createFetchTransport } from './fetch-transport.ts';

export * from './exports.ts';

/** A client for OSS or for a server that speaks its protocol. Throws `InvalidRequestError` for an endpoint that is none. */
export function createClient(options: ClientOptions): Client {
  return assembleClient({ digests: browserDigests, createTransport: () => createFetchTransport() }, options);
}
