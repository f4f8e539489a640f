import type { CorsRule } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import { matchRule } from './match-rule.ts';

const rule = (rule: Partial<CorsRule>): CorsRule => ({
  allowedOrigins: ['*'],
  allowedMethods: ['GET'],
  allowedHeaders: [],
  exposeHeaders: [],
  ...rule,
});

describe('a rule matches', () => {
  it.each<[title: string, rule: Partial<CorsRule>, origin: string, method: string, headers: string[], allowed: string | undefined]>([
    ['any origin', {}, 'https://a.example', 'GET', [], '*'],
    ['the very origin', { allowedOrigins: ['https://a.example'] }, 'https://a.example', 'GET', [], 'https://a.example'],
    ['not another scheme', { allowedOrigins: ['https://a.example'] }, 'http://a.example', 'GET', [], undefined],
    ['not another port', { allowedOrigins: ['https://a.example'] }, 'https://a.example:8443', 'GET', [], undefined],
    ['one of several origins', { allowedOrigins: ['https://x', 'https://a.example'] }, 'https://a.example', 'GET', [], 'https://a.example'],
    ['a wildcard in the middle', { allowedOrigins: ['https://*.example'] }, 'https://a.b.example', 'GET', [], 'https://a.b.example'],
    ['a wildcard that stands for nothing', { allowedOrigins: ['https://a*.example'] }, 'https://a.example', 'GET', [], 'https://a.example'],
    ['no overlap of what is before and behind the wildcard', { allowedOrigins: ['https://ab*ba'] }, 'https://aba', 'GET', [], undefined],
    ['a dot as a dot', { allowedOrigins: ['https://a.example'] }, 'https://aXexample', 'GET', [], undefined],
    ['not another method', { allowedMethods: ['PUT', 'POST'] }, 'https://a', 'GET', [], undefined],
    ['methods in their letter case', { allowedMethods: ['GET'] }, 'https://a', 'get', [], undefined],
    ['headers in any letter case', { allowedHeaders: ['X-OSS-Meta-A'] }, 'https://a', 'GET', ['x-oss-meta-a'], '*'],
    ['headers by wildcard', { allowedHeaders: ['x-oss-*'] }, 'https://a', 'GET', ['x-oss-date', 'X-Oss-Meta-b'], '*'],
    ['any header', { allowedHeaders: ['*'] }, 'https://a', 'GET', ['authorization'], '*'],
    ['not with one header too many', { allowedHeaders: ['x-oss-*'] }, 'https://a', 'GET', ['x-oss-date', 'authorization'], undefined],
    ['not with a header where none is allowed', {}, 'https://a', 'GET', ['x'], undefined],
  ])('%s', (_, parts, origin, method, headers, allowed) => {
    expect(matchRule([rule(parts)], { origin, method, headers })?.allowedOrigin).toBe(allowed);
  });

  it('the first one that fits in all respects', () => {
    const rules = [
      rule({ allowedMethods: ['PUT'], maxAgeSeconds: 1 }),
      rule({ allowedOrigins: ['https://a'], maxAgeSeconds: 2 }),
      rule({ maxAgeSeconds: 3 }),
    ];
    expect(matchRule(rules, { origin: 'https://a', method: 'GET', headers: [] })?.rule.maxAgeSeconds).toBe(2);
    expect(matchRule(rules, { origin: 'https://b', method: 'GET', headers: [] })?.rule.maxAgeSeconds).toBe(3);
    expect(matchRule([], { origin: 'https://b', method: 'GET', headers: [] })).toBeUndefined();
  });
});
