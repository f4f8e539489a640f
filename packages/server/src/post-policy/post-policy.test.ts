import { type FormField, isServiceError, type ServiceError } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import { judgePostPolicy } from './judge-post-policy.ts';
import { parsePostPolicy } from './parse-post-policy.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: what OSS replaces by the name of the file
const spelled = 'user/eric/${filename}';
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const expiration = '2030-12-01T12:00:00.000Z';
const policyOf = (...conditions: readonly unknown[]) => parsePostPolicy(base64(JSON.stringify({ expiration, conditions })));

function faultOf(act: () => unknown): ServiceError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (isServiceError(error)) return error;
    throw error;
  }
}

describe('a policy', () => {
  it('is read from the vector of the reference', () => {
    const text =
      'eyJleHBpcmF0aW9uIjoiMjAzMC0xMi0wMVQxMjowMDowMC4wMDBaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZXhhbXBsZWJ1Y2tldCJ9LFsic3RhcnRzLXdpdGgiLCIka2V5IiwidXNlci9lcmljLyJdLFsiY29udGVudC1sZW5ndGgtcmFuZ2UiLDEsMTAyNF1dfQ==';
    expect(parsePostPolicy(text)).toEqual({
      expirationMs: Date.UTC(2030, 11, 1, 12),
      conditions: [
        { operator: 'eq', field: 'bucket', operand: 'examplebucket' },
        { operator: 'starts-with', field: 'key', operand: 'user/eric/' },
        { operator: 'content-length-range', minBytes: 1, maxBytes: 1024 },
      ],
    });
  });

  it('knows every operator, fields with and without a dollar sign, and an escaped one', () => {
    const text = `{"expiration":"2030-12-01T12:00:00Z","conditions":[{"x-oss-object-acl":"private"},["eq","Success_Action_Status","a\\$b\\\\$"],
      ["in","$content-type",["a","b"]],["not-in","\\$cache-control",[]],["content-length-range",0,0]]}`;
    expect(parsePostPolicy(base64(text)).conditions).toEqual([
      { operator: 'eq', field: 'x-oss-object-acl', operand: 'private' },
      { operator: 'eq', field: 'success_action_status', operand: 'a$b\\$' },
      { operator: 'in', field: 'content-type', operands: ['a', 'b'] },
      { operator: 'not-in', field: 'cache-control', operands: [] },
      { operator: 'content-length-range', minBytes: 0, maxBytes: 0 },
    ]);
  });

  const withCondition = (condition: string) => `{"expiration":"${expiration}","conditions":[${condition}]}`;
  const withExpiration = (text: string) => `{"expiration":${text},"conditions":[{"bucket":"b"}]}`;
  it.each<[string, string | undefined, RegExp]>([
    ['[]', '201', /object/],
    ['1', '201', /object/],
    ['', '204', /Invalid JSON/],
    ['{e', '204', /Invalid JSON/],
    ['e', '204', /^Invalid Policy: Invalid JSON: unknown char e$/],
    ['["a" "b"]', '204', /^Invalid Policy: Invalid JSON: , or \] expected$/],
    ['{}', '209', /expiration and conditions/],
    [`{"expiration":"${expiration}"}`, '207', /conditions/],
    ['{"conditions":[]}', '208', /expiration/],
    [withExpiration('1'), '210', /string/],
    [withExpiration('""'), '211', /empty/],
    [withExpiration('"2030-12-01 12:00:00Z"'), '212', /ISO 8601/],
    [withExpiration('"2030-12-01T12:00:00"'), '212', /ISO 8601/],
    [`{"expiration":"${expiration}","conditions":{}}`, '214', /array/],
    [`{"expiration":"${expiration}","conditions":[]}`, '215', /empty/],
    [withCondition('[]'), '216', /operator/],
    [withCondition('["like","$key","a"]'), '216', /like/],
    [withCondition('["eq","$key"]'), '218', /three/],
    [withCondition('["in","$key",["a"],1]'), '218', /three/],
    [withCondition('["content-length-range",2,1]'), '219', /less/],
    [withCondition('["content-length-range","a",1]'), '221', /least/],
    [withCondition('["content-length-range",-1,1]'), '221', /least/],
    [withCondition('["content-length-range",1,1.5]'), '223', /greatest/],
    [withCondition('"key"'), '222', /object or an array/],
    [withCondition('null'), '222', /object or an array/],
    [withCondition('["not-in","$key","a"]'), '224', /array/],
    [withCondition('["eq","$key",1]'), '224', /strings/],
    [withCondition('{"key":1}'), '224', /string/],
    [withCondition('{}'), undefined, /Simple-Conditions must have exactly one property specified\.$/],
    [withCondition('{"key":"a","bucket":"b"}'), undefined, /Simple-Conditions must have exactly one property specified\.$/],
  ])('is refused: %s', (text, number, message) => {
    const fault = faultOf(() => parsePostPolicy(base64(text)));
    expect(fault).toMatchObject({ code: 'InvalidPolicyDocument', statusCode: 400 });
    expect(fault?.ec).toBe(number === undefined ? undefined : `0006-00000${number}`);
    expect(fault?.message).toMatch(message);
  });

  it('is refused where it is no base64, or no UTF-8', () => {
    for (const text of ['*', 'a', 'ab=c']) expect(faultOf(() => parsePostPolicy(text))).toMatchObject({ ec: '0006-00000201' });
    expect(faultOf(() => parsePostPolicy(base64(Uint8Array.of(0x7b, 0xff))))).toMatchObject({ ec: '0006-00000203' });
  });
});

describe('a form under a policy', () => {
  const nowMs = Date.UTC(2030, 11, 1);
  const fields: readonly FormField[] = [
    ['key', spelled],
    ['Content-Type', 'image/png'],
    ['Cache-Control', 'no-cache'],
    ['x-oss-meta-a', 'b'],
  ];
  const judge = (policy: ReturnType<typeof policyOf>, given = fields, at = nowMs) =>
    faultOf(() => judgePostPolicy(policy, { fields: given, defaults: [], bucket: 'examplebucket', nowMs: at }));

  it.each<[unknown, boolean]>([
    [{ bucket: 'examplebucket' }, true],
    [{ bucket: 'other' }, false],
    [['eq', '$bucket', 'examplebucket'], true],
    [['eq', '$key', spelled], true],
    [['eq', '$key', 'user/eric/a.txt'], false],
    [['eq', 'KEY', spelled], true],
    [['starts-with', '$key', 'user/'], true],
    [['starts-with', '$key', ''], true],
    [['starts-with', '$key', 'User/'], false],
    [['starts-with', '$x-oss-object-acl', ''], true],
    [['starts-with', '$x-oss-object-acl', 'p'], false],
    [['in', '$content-type', ['image/jpeg', 'image/png']], true],
    [['in', '$content-type', []], false],
    [['in', '$expires', ['']], false],
    [['not-in', '$cache-control', ['no-store']], true],
    [['not-in', '$cache-control', ['no-store', 'no-cache']], false],
    [['not-in', '$expires', ['x']], true],
    [{ 'x-oss-meta-a': 'b' }, true],
    [{ 'x-oss-meta-b': 'b' }, false],
  ])('%j', (condition, holds) => {
    const fault = judge(policyOf(condition));
    if (holds) expect(fault).toBeUndefined();
    else expect(fault).toMatchObject({ code: 'AccessDenied', statusCode: 403, ec: '0006-00000227' });
  });

  it('tells the condition that failed as OSS prints it', () => {
    const messageOf = (condition: unknown) => judge(policyOf({ bucket: 'examplebucket' }, condition))?.message;
    const said = 'Invalid according to Policy: Policy Condition failed:';
    expect(messageOf(['eq', 'success_action_status', '200'])).toBe(`${said} ["eq", "$success_action_status", "200"]`);
    expect(messageOf({ 'x-oss-meta-b': 'c' })).toBe(`${said} ["eq", "$x-oss-meta-b", "c"]`);
    expect(messageOf(['in', '$content-type', ['a', 'b']])).toBe(`${said} ["in", "$content-type", ["a", "b"]]`);
  });

  it('is late after its expiration, and not at it', () => {
    const policy = policyOf({ bucket: 'examplebucket' });
    expect(judge(policy, fields, policy.expirationMs)).toBeUndefined();
    expect(judge(policy, fields, policy.expirationMs + 1)).toMatchObject({
      code: 'AccessDenied',
      message: 'Invalid according to Policy: Policy expired.',
      ec: '0006-00000213',
    });
  });

  it('must bind what a V4 signature is made of, and nothing else', () => {
    const signed: readonly FormField[] = [
      ...fields,
      ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
      ['X-Oss-Credential', 'c'],
      ['x-oss-date', 'd'],
      ['x-oss-signature', 's'],
    ];
    const bound = [{ 'x-oss-signature-version': 'OSS4-HMAC-SHA256' }, ['starts-with', '$x-oss-credential', ''], { 'x-oss-date': 'd' }];
    expect(judge(policyOf(...bound), signed)).toBeUndefined();
    expect(judge(policyOf(bound[0], bound[2]), signed)).toMatchObject({
      code: 'AccessDenied',
      message: 'Invalid according to Policy: Extra input fields: x-oss-credential',
      ec: '0006-00000228',
    });
    const withToken: readonly FormField[] = [...signed, ['x-oss-security-token', 't']];
    expect(judge(policyOf(...bound), withToken)?.message).toContain('Extra input fields: x-oss-security-token');
    expect(judge(policyOf(...bound, { 'x-oss-security-token': 't' }), withToken)).toBeUndefined();
  });

  it('may not get what the policy excludes from its file or its head', () => {
    const judgeDefaults = (...conditions: readonly unknown[]) =>
      faultOf(() =>
        judgePostPolicy(policyOf(...conditions), {
          fields: [['key', 'k']],
          defaults: [['Content-Type', 'text/html']],
          bucket: 'examplebucket',
          nowMs,
        }),
      );
    expect(judgeDefaults(['not-in', '$content-type', ['text/html']])).toMatchObject({ code: 'AccessDenied', ec: '0006-00000227' });
    expect(judgeDefaults(['not-in', '$content-type', ['image/png']])).toBeUndefined();
    // What is asked for has to be sent.
    expect(judgeDefaults(['eq', '$content-type', 'text/html'])).toMatchObject({ ec: '0006-00000227' });
  });

  it('is bounded in the length of its file by all that say so', () => {
    const sizes = (...conditions: readonly unknown[]) =>
      judgePostPolicy(policyOf({ bucket: 'examplebucket' }, ...conditions), { fields, defaults: [], bucket: 'examplebucket', nowMs });
    expect(sizes()).toEqual({ minBytes: 0, maxBytes: Number.MAX_SAFE_INTEGER });
    expect(sizes(['content-length-range', 1, 10], ['content-length-range', 0, 5])).toEqual({ minBytes: 1, maxBytes: 5 });
  });
});
