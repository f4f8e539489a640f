import type { RawRequest } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import { compileNetworks } from '../authorization/ip-network.ts';
import { allow, policyText } from '../rpc/rpc.test.support.ts';
import { startTestServer } from '../sender.test.support.ts';
import { clientPeer } from './client-peer.ts';

const proxies = compileNetworks(['10.0.0.0/8', '2001:db8::/32']);

function peerOf(remoteAddress: string, forwarded: readonly string[] = [], more: Readonly<Record<string, string>> = {}) {
  const headers = [...forwarded.map((value) => ['X-Forwarded-For', value] as const), ...Object.entries(more)];
  const raw: RawRequest = { method: 'GET', target: '/', headers };
  return clientPeer(raw, { remoteAddress, secure: false }, proxies);
}

describe('clientPeer', () => {
  it.each<[string, string, readonly string[], string]>([
    ['a stranger\u2019s word counts for nothing', '192.0.2.1', ['198.51.100.7'], '192.0.2.1'],
    ['a proxy that says nothing', '10.0.0.1', [], '10.0.0.1'],
    ['a proxy\u2019s client', '10.0.0.1', ['198.51.100.7'], '198.51.100.7'],
    ['what the client says itself', '10.0.0.1', ['1.1.1.1, 198.51.100.7'], '198.51.100.7'],
    ['two proxies', '10.0.0.1', ['1.1.1.1, 198.51.100.7, 10.0.0.2'], '198.51.100.7'],
    ['two fields', '10.0.0.1', ['198.51.100.7', '10.0.0.2'], '198.51.100.7'],
    ['nobody but proxies', '10.0.0.1', ['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
    ['a hop that is no address', '10.0.0.1', ['198.51.100.7, unknown, 10.0.0.2'], '10.0.0.2'],
    ['a port', '10.0.0.1', ['198.51.100.7:4711'], '198.51.100.7'],
    ['IPv6 with a port', '10.0.0.1', ['[2001:db9::7]:4711'], '2001:db9::7'],
    ['an IPv6 proxy', '2001:db8::1', ['198.51.100.7'], '198.51.100.7'],
    ['IPv4 in IPv6', '::ffff:10.0.0.1', ['::ffff:198.51.100.7'], '198.51.100.7'],
    ['empty items', '10.0.0.1', [' , 198.51.100.7, '], '198.51.100.7'],
  ])('%s', (_, remoteAddress, forwarded, expected) => {
    expect(peerOf(remoteAddress, forwarded).remoteAddress).toBe(expected);
  });

  it('believes a proxy about https, and nobody else', () => {
    const https = { 'X-Forwarded-Proto': 'https' };
    expect([peerOf('10.0.0.1', [], https).secure, peerOf('192.0.2.1', [], https).secure, peerOf('10.0.0.1').secure]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a server behind a proxy', () => {
  it('judges by the client\u2019s address, and logs it', async () => {
    const lines: string[] = [];
    const log = { write: (line: string) => void lines.push(line) };
    const test = await startTestServer({ buckets: ['bkt'], trustProxy: ['10.0.0.0/8'], log });
    const condition = { IpAddress: { 'acs:SourceIp': ['198.51.100.0/24'] } };
    const body = policyText(allow('oss:ListObjects', 'acs:oss:*:*:bkt', { Principal: ['*'], Condition: condition }));
    await test.send({ method: 'PUT', bucket: 'bkt', query: { policy: '' }, body });
    const list = (remoteAddress: string, forwarded: string) =>
      test.send({ bucket: 'bkt', sign: 'none', headers: { 'X-Forwarded-For': forwarded }, peer: { remoteAddress, secure: false } });
    expect((await list('10.0.0.1', '198.51.100.7')).status).toBe(200);
    expect((await list('10.0.0.1', '198.51.100.7, 203.0.113.1')).status).toBe(403);
    expect((await list('203.0.113.1', '198.51.100.7')).status).toBe(403);
    await test.server.close();
    const addresses = lines.map((line) => (JSON.parse(line) as { clientAddress?: string }).clientAddress);
    expect(addresses.slice(-3)).toEqual(['198.51.100.7', '203.0.113.1', '203.0.113.1']);
  });
});
