import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../base64.ts';
import { nodeDigests } from '../digests-node.ts';
import { isServiceError, type ServiceError } from '../errors.ts';
import { type FormField, formOf, type RequestMessage } from '../message.ts';
import { readClaim } from './read-claim.ts';
import { signForm } from './sign-form.ts';
import { verifyClaim } from './verify.ts';

/** The vectors of the reference: policy text and signature. */
const vectors = {
  V1: {
    policy:
      'eyJleHBpcmF0aW9uIjoiMjAzMC0xMi0wMVQxMjowMDowMC4wMDBaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZXhhbXBsZWJ1Y2tldCJ9LFsic3RhcnRzLXdpdGgiLCIka2V5IiwidXNlci9lcmljLyJdLFsiY29udGVudC1sZW5ndGgtcmFuZ2UiLDEsMTAyNF1dfQ==',
    signature: 'j6UWPavhxPOV1pAGue+YXfVfdgk=',
  },
  V4: {
    policy:
      'eyJleHBpcmF0aW9uIjoiMjAzMC0xMi0wMVQxMjowMDowMC4wMDBaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZXhhbXBsZWJ1Y2tldCJ9LHsieC1vc3Mtc2lnbmF0dXJlLXZlcnNpb24iOiJPU1M0LUhNQUMtU0hBMjU2In0seyJ4LW9zcy1jcmVkZW50aWFsIjoiYWsvMjAzMDEyMDEvY24taGFuZ3pob3Uvb3NzL2FsaXl1bl92NF9yZXF1ZXN0In0seyJ4LW9zcy1kYXRlIjoiMjAzMDEyMDFUMTEwMDAwWiJ9LFsic3RhcnRzLXdpdGgiLCIka2V5IiwidXNlci9lcmljLyJdLFsiY29udGVudC1sZW5ndGgtcmFuZ2UiLDEsMTAyNF1dfQ==',
    signature: '85023ab4e941e9e0ab8811f23cc384ebdd12c4b55f492df0c923529b16149007',
  },
} as const;

const signedMs = Date.UTC(2030, 11, 1, 11);
const dayMs = 86_400_000;
const v1: readonly FormField[] = [
  ['OSSAccessKeyId', 'ak'],
  ['policy', vectors.V1.policy],
  ['Signature', vectors.V1.signature],
];
const v4: readonly FormField[] = [
  ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
  ['x-oss-credential', 'ak/20301201/cn-hangzhou/oss/aliyun_v4_request'],
  ['x-oss-date', '20301201T110000Z'],
  ['policy', vectors.V4.policy],
  ['x-oss-signature', vectors.V4.signature],
];

const messageOf = (form: readonly FormField[]): RequestMessage => ({
  method: 'POST',
  bucket: 'examplebucket',
  query: [],
  headers: [],
  form,
});

function faultOf(form: readonly FormField[], nowMs = signedMs, secret = 'sk', regions?: readonly string[]): ServiceError | undefined {
  const message = messageOf(form);
  try {
    const claim = readClaim(message);
    if (claim === undefined) throw new Error('The form counts as anonymous.');
    expect(claim).toMatchObject({ place: 'form', accessKeyId: 'ak' });
    verifyClaim(nodeDigests, message, claim, { secret, nowMs, regions });
    return undefined;
  } catch (error) {
    if (isServiceError(error)) return error;
    throw error;
  }
}

describe('a signed form', () => {
  it.each([
    ['V1', v1],
    ['V4', v4],
  ] as const)('has the signature of the vectors: %s', (_, form) => {
    expect(faultOf(form)).toBeUndefined();
    expect(faultOf(form.map(([name, value]) => [name.toUpperCase(), value]))).toBeUndefined();
    expect(faultOf(form, signedMs, 'other')?.code).toBe('SignatureDoesNotMatch');
    const changed = form.map(([name, value]): FormField => [name, name === 'policy' ? `${value} ` : value]);
    expect(faultOf(changed)?.code).toBe('SignatureDoesNotMatch');
  });

  it('is read from its fields alone', () => {
    const message = { ...messageOf([]), headers: [['Authorization', 'OSS ak:x']] as const, query: [['Signature', 'x']] as const };
    expect(readClaim(message)).toBeUndefined();
    expect(readClaim({ ...message, form: v1 })).toMatchObject({ version: 'V1', place: 'form' });
  });

  it.each([...v1, ...v4.filter(([name]) => name !== 'policy')])('needs all its fields: %s', (missing) => {
    for (const form of [v1, v4]) {
      if (formOf(form, missing) === undefined) continue;
      expect(faultOf(form.filter(([name]) => name !== missing))).toMatchObject({ code: 'InvalidArgument', statusCode: 400 });
      const empty = form.map(([name, value]): FormField => [name, name === missing ? '' : value]);
      expect(faultOf(empty)).toMatchObject({ code: 'InvalidArgument', statusCode: 400 });
    }
  });

  it('with a policy alone is no anonymous one', () => {
    expect(faultOf([['policy', vectors.V1.policy]])?.code).toBe('InvalidArgument');
  });

  it.each<[string, string, string]>([
    ['x-oss-credential', 'ak/20301202/cn-hangzhou/oss/aliyun_v4_request', 'InvalidArgument'],
    ['x-oss-credential', 'ak/20301201/cn-hangzhou', 'InvalidArgument'],
    ['x-oss-date', '2030-12-01T11:00:00Z', 'InvalidArgument'],
    ['x-oss-signature-version', 'OSS2', 'InvalidArgument'],
    ['x-oss-signature', 'x', 'SignatureDoesNotMatch'],
  ])('of V4 with %s %s', (field, text, code) => {
    expect(faultOf(v4.map(([name, value]): FormField => [name, name === field ? text : value]))?.code).toBe(code);
  });

  it('of V4 is of a region, and lives seven days at most', () => {
    expect(faultOf(v4, signedMs, 'sk', ['cn-hangzhou'])).toBeUndefined();
    expect(faultOf(v4, signedMs, 'sk', ['cn-beijing'])).toMatchObject({ code: 'InvalidArgument', ec: '0002-00000228' });
    expect(faultOf(v4, signedMs - 15 * 60_000)).toBeUndefined();
    expect(faultOf(v4, signedMs - 15 * 60_000 - 1)).toMatchObject({ code: 'AccessDenied' });
    expect(faultOf(v4, signedMs + 7 * dayMs)).toBeUndefined();
    expect(faultOf(v4, signedMs + 7 * dayMs + 1)).toMatchObject({ code: 'AccessDenied' });
    expect(faultOf(v1, signedMs + 1000 * dayMs)).toBeUndefined();
  });
});

describe('signForm', () => {
  const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk', securityToken: 'token' };
  const options = { credentials, nowMs: signedMs, region: 'cn-hangzhou', expiresAtMs: signedMs + 900_000 };
  const policyOf = (form: readonly FormField[]) =>
    JSON.parse(new TextDecoder().decode(decodeBase64(formOf(form, 'policy') ?? ''))) as { conditions: unknown; expiration: string };

  it.each(['V1', 'V4'] as const)('makes what verifies, with the token bound: %s', (version) => {
    const form = signForm(nodeDigests, [{ bucket: 'examplebucket' }, ['starts-with', '$key', 'user/']], { ...options, version });
    expect(faultOf(form)).toBeUndefined();
    expect(readClaim(messageOf(form))?.token).toBe('token');
    const { conditions, expiration } = policyOf(form);
    expect(expiration).toBe('2030-12-01T11:15:00.000Z');
    const credential = 'ak/20301201/cn-hangzhou/oss/aliyun_v4_request';
    const bound = [
      { 'x-oss-signature-version': 'OSS4-HMAC-SHA256' },
      { 'x-oss-credential': credential },
      { 'x-oss-date': '20301201T110000Z' },
    ];
    expect(conditions).toEqual([
      { bucket: 'examplebucket' },
      ['starts-with', '$key', 'user/'],
      ...(version === 'V4' ? bound : []),
      { 'x-oss-security-token': 'token' },
    ]);
  });
});
