/** The client on Node. Browsers take `index.browser.ts`, by the conditions in `package.json`. */
import { nodeDigests } from '@ossature/protocol/node';
import { assembleClient, type Client, type ClientOptions } from './client.ts';
import { createUndiciTransport } from './undici-transport.ts';

export * from './exports.ts';
export { createUndiciTransport, type UndiciTransportOptions } from './undici-transport.ts';

/** A client for OSS or for a server that speaks its protocol. Throws `InvalidRequestError` for an endpoint that is none. */
export function createClient(options: ClientOptions): Client {
  return assembleClient({ digests: nodeDigests, createTransport: () => createUndiciTransport() }, options);
}
