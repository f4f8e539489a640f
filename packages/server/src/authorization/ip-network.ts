import { BlockList, isIP, SocketAddress } from 'node:net';

/** Addresses and networks (`10.0.0.0/8`, `2001:db8::/32`), compiled to one question. An IPv4 address in IPv6 form counts as IPv4. */
export interface Networks {
  contains(address: string): boolean;
}

/** Undefined where one of the texts is neither an address nor a network. */
export function compileNetworks(texts: readonly string[]): Networks | undefined {
  const list = new BlockList();
  for (const text of texts) {
    const parsed = parseNetwork(text);
    if (parsed === undefined) return undefined;
    list.addSubnet(parsed.address, parsed.bits, parsed.family);
  }
  return {
    contains(address) {
      const socketAddress = socketAddressOf(address);
      return socketAddress !== undefined && list.check(socketAddress);
    },
  };
}

/** The address that was asked for last: a request asks all statements of a policy for one, and making it costs more than all their comparisons. */
let latest: { readonly text: string; readonly socketAddress: SocketAddress | undefined } | undefined;

function socketAddressOf(text: string): SocketAddress | undefined {
  if (latest?.text === text) return latest.socketAddress;
  const address = plainAddress(text);
  const version = isIP(address);
  const socketAddress = version === 0 ? undefined : new SocketAddress({ address, family: version === 4 ? 'ipv4' : 'ipv6' });
  latest = { text, socketAddress };
  return socketAddress;
}

/**
 * Whether there is no IPv4 address outside of these texts, however they are put: `0.0.0.0/0`, both of its halves, or `::ffff:0:0/96`. Where there is one, the
 * lowest stands at the very beginning or right behind a network. True, too, for a text that is no network.
 */
export function coverEverybody(texts: readonly string[]): boolean {
  const networks = compileNetworks(texts);
  if (networks === undefined) return true;
  const behind = texts.map(parseNetwork).flatMap((network) => (network?.family === 'ipv4' ? [endOf(network)] : []));
  return [0, ...behind].every((number) => number >= 2 ** 32 || networks.contains(ipv4Of(number)));
}

/** The number of the first address behind an IPv4 network. */
function endOf({ address, bits }: Network): number {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  return (Math.floor(number / size) + 1) * size;
}

function ipv4Of(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return undefined;
  const longest = version === 4 ? 32 : 128;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > longest)) return undefined;
  return { address, bits: bits === undefined ? longest : Number(bits), family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Without a zone; sockets that listen on both families show IPv4 peers as `::ffff:10.0.0.1`. */
export function plainAddress(address: string): string {
  const bare = address.split('%')[0] ?? '';
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}
