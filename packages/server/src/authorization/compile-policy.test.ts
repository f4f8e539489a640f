import { describe, expect, it } from 'vitest';
import { compilePolicy } from './compile-policy.ts';
import { PolicyFault } from './policy-fault.ts';

const good = { Effect: 'Allow', Action: 'oss:GetObject', Principal: ['*'], Resource: 'acs:oss:*:*:bkt/*' };
const text = (statement: object, more: object = {}) => JSON.stringify({ Version: '1', Statement: [statement], ...more });
const ofBucket = (given: string) => compilePolicy(given, { kind: 'bucket', bucket: 'bkt' });
const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));

function faultOf(run: () => unknown): PolicyFault {
  try {
    run();
  } catch (error) {
    if (error instanceof PolicyFault) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('the grammar of bucket policies', () => {
  it.each<[string, object]>([
    ['texts and lists', { ...good, Action: ['oss:Get*', 'oss:ListObjects', '*'], Resource: ['acs:oss:*:*:bkt', 'acs:oss:*:*:bkt/*'] }],
    ['a deny', { ...good, Effect: 'Deny' }],
    ['no principal', without('Principal')],
    ['a principal that is a text', { ...good, Principal: '1234567890123456' }],
    ['users and sessions', { ...good, Principal: ['20214760404935', 'arn:sts::137918634953:assumed-role/Alice/*'] }],
    ['any bucket of an account', { ...good, Principal: ['1234567890'], Resource: ['acs:oss:*:1234567890:*/*'] }],
    ['a key with colons', { ...good, Resource: 'acs:oss:*:*:bkt/a:b:*' }],
    ['a region', { ...good, Resource: 'acs:oss:oss-cn-hangzhou:*:b?t/x' }],
    ['conditions', { ...good, Condition: { IpAddress: { 'acs:SourceIp': ['10.0.0.0/8'] }, Bool: { 'acs:SecureTransport': true } } }],
    ['an empty condition', { ...good, Condition: {} }],
  ])('takes %s', (_, statement) => {
    expect(ofBucket(text(statement)).statements).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['what is no JSON', '{"Version":"1","Statement":['],
    ['a list', '[]'],
    ['null', 'null'],
    ['no statements', JSON.stringify({ Version: '1' })],
    ['statements that are none', JSON.stringify({ Version: '1', Statement: good })],
    ['an empty list', JSON.stringify({ Version: '1', Statement: [] })],
    ['a statement that is a text', JSON.stringify({ Version: '1', Statement: ['Allow'] })],
    ['an unknown element', text(good, { Id: 'x' })],
    ['an unknown element of a statement', text({ ...good, Sid: 'x' })],
    ['NotAction', text({ ...without('Action'), NotAction: 'oss:GetObject' })],
    ['NotResource', text({ ...without('Resource'), NotResource: 'acs:oss:*:*:bkt/*' })],
    ['NotPrincipal', text({ ...without('Principal'), NotPrincipal: ['1'] })],
    ['no effect', text(without('Effect'))],
    ['another effect', text({ ...good, Effect: 'allow' })],
    ['no action', text(without('Action'))],
    ['no action in a list', text({ ...good, Action: [] })],
    ['an action of another service', text({ ...good, Action: 'ecs:RunInstances' })],
    ['an action on master keys', text({ ...good, Action: 'kms:Decrypt' })],
    ['an action without a service', text({ ...good, Action: 'GetObject' })],
    ['an action that is a number', text({ ...good, Action: 7 })],
    ['no resource', text(without('Resource'))],
    ['the bare asterisk', text({ ...good, Resource: '*' })],
    ['a resource of another bucket', text({ ...good, Resource: ['acs:oss:*:*:bkt/*', 'acs:oss:*:*:other/*'] })],
    ['a resource of another service', text({ ...good, Resource: 'acs:ecs:*:*:bkt' })],
    ['a master key', text({ ...good, Resource: 'acs:kms:*:*:key/bkt' })],
    ['half a resource', text({ ...good, Resource: 'acs:oss:*:bkt' })],
    ['a resource without a path', text({ ...good, Resource: 'acs:oss:*:*:' })],
    ['a principal that is nobody', text({ ...good, Principal: ['alice'] })],
    ['a principal as in RAM', text({ ...good, Principal: { RAM: ['*'] } })],
    ['half an ARN', text({ ...good, Principal: ['arn:sts::1:assumed-role/a'] })],
    ['a condition that is a text', text({ ...good, Condition: 'x' })],
    ['an operator that is a list', text({ ...good, Condition: { Bool: ['x'] } })],
    ['an unknown operator', text({ ...good, Condition: { StringEqualsIfExists: { 'oss:Prefix': 'a' } } })],
    ['an unknown key', text({ ...good, Condition: { StringEquals: { 'oss:Colour': 'a' } } })],
    ['a value that is null', text({ ...good, Condition: { StringEquals: { 'oss:Prefix': null } } })],
    ['no values', text({ ...good, Condition: { StringEquals: { 'oss:Prefix': [] } } })],
  ])('refuses %s', (_, given) => {
    expect(faultOf(() => ofBucket(given)).message).not.toBe('');
  });

  it('has numbers for some mistakes', () => {
    for (const version of ['2', 1, undefined]) {
      expect(faultOf(() => ofBucket(JSON.stringify({ Version: version, Statement: [good] }))).ec).toBe('0030-00000005');
    }
    const long = `acs:oss:*:*:bkt/${'x'.repeat(4096 - 'acs:oss:*:*:bkt/'.length)}`;
    expect(faultOf(() => ofBucket(text({ ...good, Resource: long }))).ec).toBe('0030-00000003');
    expect(ofBucket(text({ ...good, Resource: long.slice(1) === '' ? '' : long.slice(0, -1) })).statements).toHaveLength(1);
  });

  it.each<[string, object, boolean]>([
    ['everybody', good, true],
    ['nobody in particular', without('Principal'), true],
    ['everybody among others', { ...good, Principal: ['1', '*'] }, true],
    ['somebody', { ...good, Principal: ['1'] }, false],
    ['everybody, denied', { ...good, Effect: 'Deny' }, false],
    ['everybody in a network', { ...good, Condition: { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } } }, false],
    ['everybody in every network', { ...good, Condition: { IpAddress: { 'acs:SourceIp': '0.0.0.0/0' } } }, true],
    ['everybody with a browser', { ...good, Condition: { StringLike: { 'acs:UserAgent': 'Mozilla*' } } }, true],
  ])('%s: public is %s', (_, statement, isPublic) => {
    expect(ofBucket(text(statement)).statements[0]?.isPublic).toBe(isPublic);
  });
});

describe('the grammar of policies of users and roles', () => {
  const ofUser = (statement: object) => compilePolicy(text(statement), { kind: 'identity' });
  const plain = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };

  it('speaks of any service, and of nobody', () => {
    expect(ofUser(plain).statements[0]?.isPublic).toBe(false);
    expect(ofUser({ ...plain, Action: ['ecs:*', '*'], Resource: ['acs:ram:*:1:role/x', 'acs:ecs:*:*:*'] }).statements).toHaveLength(1);
    expect(() => ofUser({ ...plain, Principal: ['*'] })).toThrow(PolicyFault);
    expect(() => ofUser({ ...plain, NotAction: 'oss:*' })).toThrow(PolicyFault);
    expect(() => ofUser({ ...plain, Resource: 'everything' })).toThrow(PolicyFault);
  });
});
