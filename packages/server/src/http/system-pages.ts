import { isIP } from 'node:net';
import { type ResponseMessage, ServiceError } from '@ossature/protocol';
import type { Store } from '@ossature/store';
import type { Metrics } from './metrics.ts';
import type { Peer } from './node-server.ts';

export interface SystemPages {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly isStopping: () => boolean;
}

/** The server's own pages, at service-level Hosts: `/-/health`, and `/-/metrics` for peers on this machine. */
export async function answerPage(page: string, method: string, peer: Peer, pages: SystemPages): Promise<ResponseMessage> {
  if (method !== 'GET' && method !== 'HEAD')
    throw new ServiceError('MethodNotAllowed', { elements: { Method: method }, headers: { Allow: 'GET, HEAD' } });
  switch (page) {
    case '/-/health':
      return await health(pages);
    case '/-/metrics':
      if (!isLoopback(peer.remoteAddress)) throw new ServiceError('AccessDenied', { message: 'Metrics are for local peers only.' });
      return pageOf(200, pages.metrics.contentType, await pages.metrics.text());
    default:
      throw new ServiceError('InvalidBucketName', { elements: { BucketName: '-' } });
  }
}

/** Healthy is a server whose metadata can be read. */
async function health({ store, isStopping }: SystemPages): Promise<ResponseMessage> {
  const status = isStopping() ? 'stopping' : await storeStatus(store);
  return pageOf(status === 'ok' ? 200 : 503, 'application/json', `${JSON.stringify({ status })}\n`);
}

async function storeStatus(store: Store): Promise<'ok' | 'unavailable'> {
  try {
    await store.listBuckets({ prefix: '', after: '', limit: 1 });
    return 'ok';
  } catch {
    return 'unavailable';
  }
}

function pageOf(status: number, contentType: string, text: string): ResponseMessage {
  const body = new TextEncoder().encode(text);
  return {
    status,
    headers: [
      ['Content-Type', contentType],
      ['Content-Length', String(body.length)],
    ],
    body,
  };
}

function isLoopback(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1';
}
