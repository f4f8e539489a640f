import { describe, expect, it } from 'vitest';
import { bindsSource, compileCondition } from './condition.ts';
import { PolicyFault } from './policy-fault.ts';

const holds = (operator: string, key: string, values: readonly string[], given: string | undefined): boolean =>
  compileCondition([{ operator, key, values }]).holds((asked) => (asked === key ? given : undefined));

/** Operator, key, values of the policy, what the request has, and whether it holds. */
const table: readonly (readonly [string, string, readonly string[], string | undefined, boolean])[] = [
  ['StringEquals', 'oss:Prefix', ['a', 'b'], 'b', true],
  ['StringEquals', 'oss:Prefix', ['a', 'b'], 'B', false],
  ['StringEquals', 'oss:Prefix', ['a*'], 'ab', false],
  ['StringEquals', 'oss:Prefix', [''], '', true],
  ['StringEquals', 'oss:Prefix', [''], undefined, false],
  ['StringNotEquals', 'oss:Prefix', ['a', 'b'], 'c', true],
  ['StringNotEquals', 'oss:Prefix', ['a', 'b'], 'b', false],
  ['StringNotEquals', 'acs:SourceVpc', ['vpc-1'], undefined, true],
  ['StringEqualsIgnoreCase', 'acs:UserAgent', ['ABC'], 'abc', true],
  ['StringEqualsIgnoreCase', 'acs:UserAgent', ['ABC'], 'abcd', false],
  ['StringNotEqualsIgnoreCase', 'acs:UserAgent', ['ABC'], 'abc', false],
  ['StringNotEqualsIgnoreCase', 'acs:UserAgent', ['ABC'], 'x', true],
  ['StringLike', 'oss:Prefix', ['a/*', 'b/?'], 'a/b/c', true],
  ['StringLike', 'oss:Prefix', ['a/*', 'b/?'], 'b/cc', false],
  ['StringLike', 'oss:Prefix', ['*'], undefined, false],
  ['StringNotLike', 'oss:Prefix', ['a/*'], 'b', true],
  ['StringNotLike', 'oss:Prefix', ['a/*'], 'a/b', false],
  ['StringNotLike', 'oss:Prefix', ['a/*'], undefined, true],
  ['NumericEquals', 'oss:ExistingObjectTag/n', ['7'], '7.0', true],
  ['NumericEquals', 'oss:ExistingObjectTag/n', ['7'], 'seven', false],
  ['NumericNotEquals', 'oss:ExistingObjectTag/n', ['7'], '8', true],
  ['NumericNotEquals', 'oss:ExistingObjectTag/n', ['7'], '7', false],
  ['NumericLessThan', 'oss:ExistingObjectTag/n', ['7'], '6.9', true],
  ['NumericLessThan', 'oss:ExistingObjectTag/n', ['7'], '7', false],
  ['NumericLessThanEquals', 'oss:ExistingObjectTag/n', ['7'], '7', true],
  ['NumericGreaterThan', 'oss:ExistingObjectTag/n', ['-7'], '-6', true],
  ['NumericGreaterThan', 'oss:ExistingObjectTag/n', ['7'], '7', false],
  ['NumericGreaterThanEquals', 'oss:ExistingObjectTag/n', ['7'], '7', true],
  ['NumericLessThan', 'oss:ExistingObjectTag/n', ['7'], undefined, false],
  ['DateEquals', 'acs:CurrentTime', ['2024-05-01T08:00:00Z'], '2024-05-01T08:00:00.000Z', true],
  ['DateEquals', 'acs:CurrentTime', ['2024-05-01T16:00:00+08:00'], '2024-05-01T08:00:00.000Z', true],
  ['DateNotEquals', 'acs:CurrentTime', ['2024-05-01T08:00:00Z'], '2024-05-01T08:00:01.000Z', true],
  ['DateLessThan', 'acs:CurrentTime', ['2024-05-02'], '2024-05-01T23:59:59.999Z', true],
  ['DateLessThan', 'acs:CurrentTime', ['2024-05-02'], '2024-05-02T00:00:00.000Z', false],
  ['DateLessThanEquals', 'acs:CurrentTime', ['2024-05-02'], '2024-05-02T00:00:00.000Z', true],
  ['DateGreaterThan', 'acs:CurrentTime', ['2024-05-01T08:00:00Z'], '2024-05-01T08:00:00.001Z', true],
  ['DateGreaterThan', 'acs:CurrentTime', ['2024-05-01T08:00:00Z'], '2024-05-01T08:00:00.000Z', false],
  ['DateGreaterThanEquals', 'acs:CurrentTime', ['2024-05-01T08:00:00Z'], '2024-05-01T08:00:00.000Z', true],
  ['Bool', 'acs:SecureTransport', ['true'], 'true', true],
  ['Bool', 'acs:SecureTransport', ['true'], 'false', false],
  ['Bool', 'acs:SecureTransport', ['False'], 'false', true],
  ['Bool', 'acs:MFAPresent', ['false'], undefined, false],
  ['IpAddress', 'acs:SourceIp', ['10.0.0.0/8', '192.168.1.7'], '10.255.0.1', true],
  ['IpAddress', 'acs:SourceIp', ['10.0.0.0/8', '192.168.1.7'], '192.168.1.7', true],
  ['IpAddress', 'acs:SourceIp', ['10.0.0.0/8', '192.168.1.7'], '192.168.1.8', false],
  ['IpAddress', 'acs:SourceIp', ['10.0.0.0/8'], '::ffff:10.1.2.3', true],
  ['IpAddress', 'acs:SourceIp', ['0.0.0.0/0'], '8.8.8.8', true],
  ['IpAddress', 'acs:SourceIp', ['0.0.0.0/0'], '2001:db8::1', false],
  ['IpAddress', 'acs:SourceIp', ['2001:db8::/32'], '2001:db8:ffff::1', true],
  ['IpAddress', 'acs:SourceIp', ['2001:db8::/32'], '2001:db9::1', false],
  ['IpAddress', 'acs:SourceIp', ['fe80::/10'], 'fe80::1%eth0', true],
  ['IpAddress', 'acs:SourceIp', ['10.0.0.0/8'], undefined, false],
  ['NotIpAddress', 'acs:SourceIp', ['10.0.0.0/8'], '11.0.0.1', true],
  ['NotIpAddress', 'acs:SourceIp', ['10.0.0.0/8'], '10.0.0.1', false],
  ['NotIpAddress', 'acs:SourceIp', ['2001:db8::/32'], '2001:db8::1', false],
  ['NotIpAddress', 'acs:SourceIp', ['10.0.0.0/8', '11.0.0.0/8'], '11.0.0.1', false],
];

describe('conditions', () => {
  it.each(table)('%s of %s with %j, given %j: %s', (operator, key, values, given, expected) => {
    expect(holds(operator, key, values, given)).toBe(expected);
  });

  it('hold together: every operator, every key', () => {
    const condition = compileCondition([
      { operator: 'StringEquals', key: 'oss:Prefix', values: ['a'] },
      { operator: 'Bool', key: 'acs:SecureTransport', values: ['true'] },
    ]);
    const given = (prefix: string, secure: string) => condition.holds((key) => (key === 'oss:Prefix' ? prefix : secure));
    expect([given('a', 'true'), given('b', 'true'), given('a', 'false')]).toEqual([true, false, false]);
  });

  it.each([
    ['StringEqualsIfExists', 'oss:Prefix', 'a'],
    ['StringMatches', 'oss:Prefix', 'a'],
    ['constructor', 'oss:Prefix', 'a'],
    ['StringEquals', 'oss:prefix', 'a'],
    ['StringEquals', 'acs:Nothing', 'a'],
    ['StringEquals', 'oss:ExistingObjectTag/', 'a'],
    ['IpAddress', 'acs:SourceIp', '10.0.0.0/33'],
    ['IpAddress', 'acs:SourceIp', '10.0.0'],
    ['IpAddress', 'acs:SourceIp', '2001:db8::/129'],
    ['IpAddress', 'acs:SourceIp', '10.0.0.0/8/8'],
    ['Bool', 'acs:SecureTransport', 'yes'],
    ['NumericEquals', 'oss:Prefix', '7a'],
    ['DateLessThan', 'acs:CurrentTime', 'tomorrow'],
    ['DateLessThan', 'acs:CurrentTime', '2024-13-01'],
  ])('are refused: %s of %s with %s', (operator, key, value) => {
    expect(() => compileCondition([{ operator, key, values: [value] }])).toThrow(PolicyFault);
  });

  it.each([
    ['IpAddress', 'acs:SourceIp', ['10.0.0.0/8'], true],
    ['IpAddress', 'acs:SourceIp', ['10.0.0.0/8', '0.0.0.0/0'], false],
    ['IpAddress', 'acs:SourceIp', ['10.0.0.0/8', '255.255.255.255', '2001:db8::/32'], true],
    ['IpAddress', 'acs:SourceIp', ['0.0.0.0/1', '192.0.0.0/2'], true],
    ['IpAddress', 'acs:SourceIp', ['192.0.0.0/2', '0.0.0.0/1', '128.0.0.0/2'], false],
    ['IpAddress', 'acs:SourceIp', ['::ffff:0:0/96'], false],
    ['IpAddress', 'acs:SourceIp', ['::/0'], false],
    ['NotIpAddress', 'acs:SourceIp', ['10.0.0.0/8'], false],
    ['StringEquals', 'acs:SourceVpc', ['vpc-1'], true],
    ['StringLike', 'acs:SourceVpc', ['vpc-*'], true],
    ['StringLike', 'acs:SourceVpc', ['*'], false],
    ['StringNotEquals', 'acs:SourceVpc', ['vpc-1'], false],
    ['StringEquals', 'acs:AccessId', ['ak'], true],
    ['StringEquals', 'acs:UserAgent', ['x'], false],
    ['Bool', 'acs:SecureTransport', ['true'], false],
  ])('%s of %s with %j ties to a source: %s', (operator, key, values, binds) => {
    expect(bindsSource(compileCondition([{ operator, key, values }]))).toBe(binds);
  });
});
