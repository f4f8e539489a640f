import { isIP } from 'node:net';
import type { RawRequest } from '@ossature/protocol';
import { type Networks, plainAddress } from '../authorization/ip-network.ts';
import type { Peer } from './node-server.ts';

/**
 * Who is really at the other end: where the connection is a trusted proxy's, the right-most address of `X-Forwarded-For` that is no trusted proxy's. What stands left of it
 * is the client's own word. Such a proxy is believed, too, about whether the client spoke https.
 */
export function clientPeer(raw: RawRequest, peer: Peer, proxies: Networks | undefined): Peer {
  const direct = { ...peer, remoteAddress: plainAddress(peer.remoteAddress) };
  if (proxies === undefined || !proxies.contains(direct.remoteAddress)) return direct;
  const scheme = itemsOf(raw, 'x-forwarded-proto').at(-1)?.toLowerCase();
  const secure = scheme === undefined ? peer.secure : scheme === 'https';
  const hops = itemsOf(raw, 'x-forwarded-for').map(addressOf);
  let { remoteAddress } = direct;
  for (const hop of hops.reverse()) {
    // A hop that is no address hides everything before it.
    if (hop === undefined) break;
    remoteAddress = hop;
    if (!proxies.contains(hop)) break;
  }
  return { remoteAddress, secure };
}

/** The items of a list header, which may come in several fields. */
function itemsOf(raw: RawRequest, name: string): string[] {
  const fields = raw.headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
  return fields
    .join(',')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Some proxies add the port: `10.0.0.1:4711`, `[2001:db8::1]:4711`. */
function addressOf(hop: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? hop;
  const address = plainAddress(bare);
  return isIP(address) === 0 ? undefined : address;
}
