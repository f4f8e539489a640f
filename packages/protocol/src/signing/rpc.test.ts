import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../digests-node.ts';
import { encodeRpcParameters, rpcSignature, rpcStringToSign } from './rpc.ts';

describe('signature version 1.0 of the RPC style', () => {
  it('is that of the documented example', () => {
    const parameters = {
      Timestamp: '2016-02-23T12:46:24Z',
      Format: 'XML',
      AccessKeyId: 'testid',
      Action: 'DescribeRegions',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
      Version: '2014-05-26',
      SignatureVersion: '1.0',
    };
    expect(rpcStringToSign('GET', parameters)).toBe(
      'GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion%3D1.0%26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26',
    );
    expect(rpcSignature(nodeDigests, 'GET', parameters, 'testsecret')).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
  });

  it('is that of AssumeRole as ali-oss sends it', () => {
    const parameters = {
      Action: 'AssumeRole',
      AccessKeyId: 'ak',
      DurationSeconds: '3600',
      Format: 'JSON',
      Policy: '{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:*"],"Resource":["acs:oss:*:*:*"]}]}',
      RoleArn: 'acs:ram::1234567890123456:role/demo',
      RoleSessionName: 'app',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: '0.123456',
      SignatureVersion: '1.0',
      Timestamp: '2030-12-01T11:00:00.000Z',
      Version: '2015-04-01',
    };
    expect(rpcSignature(nodeDigests, 'POST', parameters, 'sk')).toBe('CG48Osrt/UVqlBDiS3P+vu1pjKA=');
    const signed = { ...parameters, Signature: 'whatever it was' };
    expect(rpcSignature(nodeDigests, 'POST', signed, 'sk')).toBe('CG48Osrt/UVqlBDiS3P+vu1pjKA=');
  });

  it('encodes what other encodings leave bare', () => {
    expect(encodeRpcParameters({ a: ' *~', 'b/c': '+&=' })).toBe('a=%20%2A~&b%2Fc=%2B%26%3D');
  });
});
