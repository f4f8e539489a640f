import { BlockList, isIP } from 'node:net';

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
      const plain = plainAddress(address);
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

export function parseNetwork(text: string): Network | undefined {
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
