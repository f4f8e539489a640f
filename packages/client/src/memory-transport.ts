import type { RawRequest, RawResponse } from '@ossature/protocol';
import { orAbort } from './or-abort.ts';
import type { Transport } from './transport.ts';
import { abortReason } from './transport-error.ts';

/** A server without sockets: the `handle` of a running server of `@ossature/server`, or a script of a test. */
export type MemoryHandler = (
  request: RawRequest,
  peer: { readonly remoteAddress: string; readonly secure: boolean },
) => Promise<RawResponse>;

/** Joins the client to a server in the same process, with no socket between them. As with a socket, an abort frees the client at once. */
export function createMemoryTransport(handle: MemoryHandler): Transport {
  return {
    send: async (origin, request) => {
      const { signal } = request;
      if (signal === undefined) return handle(request, { remoteAddress: '127.0.0.1', secure: origin.scheme === 'https' });
      if (signal.aborted) throw abortReason(signal);
      const answer = handle(request, { remoteAddress: '127.0.0.1', secure: origin.scheme === 'https' });
      const response = await orAbort(answer, signal);
      return { ...response, body: readable(response.body, signal) };
    },
    close: async () => undefined,
  };
}

async function* readable(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await orAbort(iterator.next(), signal);
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    if (!ended) iterator.return?.().catch(() => undefined);
  }
}
