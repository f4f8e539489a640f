import { encodeRpcParameters, type RawRequest, type RpcParameters, rpcSignature } from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import { answerOf, type TestClock, testAccount } from '../sender.test.support.ts';
import type { RunningServer } from '../start-server.ts';

export interface RpcTestCall {
  readonly credentials?: { readonly accessKeyId: string; readonly accessKeySecret: string; readonly securityToken?: string };
  readonly version?: string;
  readonly method?: 'GET' | 'POST';
  readonly format?: 'JSON' | 'XML' | undefined;
  readonly host?: string;
  /** In place of what would be sent. */
  readonly replace?: Readonly<Record<string, string | undefined>>;
}

export interface RpcTestAnswer {
  readonly status: number;
  readonly text: string;
  /** The JSON document. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape
  readonly json: any;
}

interface Target {
  readonly server: RunningServer;
  readonly clock: TestClock;
}

let nonces = 0;

/** Sends one call of STS (or of the version given), signed by the account or by the credentials given. */
export async function callRpc(
  target: Target,
  action: string,
  parameters: RpcParameters = {},
  call: RpcTestCall = {},
): Promise<RpcTestAnswer> {
  const { version = '2015-05-01', method = 'POST' } = call;
  const credentials: NonNullable<RpcTestCall['credentials']> = call.credentials ?? testAccount;
  const format = 'format' in call ? call.format : 'JSON';
  nonces++;
  const all: Record<string, string> = {
    ...parameters,
    Action: action,
    Version: version,
    ...(format === undefined ? {} : { Format: format }),
    AccessKeyId: credentials.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: `nonce-${nonces}`,
    Timestamp: new Date(target.clock.now()).toISOString(),
    ...(credentials.securityToken === undefined ? {} : { SecurityToken: credentials.securityToken }),
  };
  const replaced = { ...all, ...call.replace };
  const sent = Object.fromEntries(Object.entries(replaced).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const signature =
    call.replace !== undefined && 'Signature' in call.replace
      ? call.replace['Signature']
      : rpcSignature(nodeDigests, method, sent, credentials.accessKeySecret);
  const text = encodeRpcParameters(signature === undefined ? sent : { ...sent, Signature: signature });
  return sendRpc(target, text, method, call.host);
}

/** Sends a query or a form as it is. */
export async function sendRpc({ server }: Target, text: string, method: 'GET' | 'POST', host = '127.0.0.1'): Promise<RpcTestAnswer> {
  const body = new TextEncoder().encode(text);
  const raw: RawRequest =
    method === 'GET'
      ? { method, target: `/?${text}`, headers: [['Host', host]] }
      : {
          method,
          target: '/',
          headers: [
            ['Host', host],
            ['Content-Type', 'application/x-www-form-urlencoded'],
            ['Content-Length', String(body.length)],
          ],
          body,
        };
  const response = await server.handle(raw);
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(Buffer.from(chunk));
  const answer = answerOf(response.status, response.headers, Buffer.concat(chunks));
  return {
    status: answer.status,
    text: answer.text,
    get json() {
      return JSON.parse(answer.text);
    },
  };
}

/** A user with a key and the policy given, if any. */
export async function makeUser(target: Target, name: string, statements: readonly object[] = []) {
  const made = await callRpc(target, 'CreateUser', { UserName: name });
  if (statements.length > 0) {
    await callRpc(target, 'CreatePolicy', { PolicyName: name, PolicyDocument: policyText(...statements) });
    await callRpc(target, 'AttachPolicyToUser', { UserName: name, PolicyName: name, PolicyType: 'Custom' });
  }
  const { AccessKeyId, AccessKeySecret } = (await callRpc(target, 'CreateAccessKey', { UserName: name })).json.AccessKey;
  return {
    id: made.json.User.UserId as string,
    credentials: { accessKeyId: AccessKeyId as string, accessKeySecret: AccessKeySecret as string },
  };
}

/** A role that every user of the account may assume, with the policy given. */
export async function makeRole(target: Target, name: string, statements: readonly object[]): Promise<string> {
  const principal = { RAM: [`acs:ram::${testAccount.ownerId}:root`] };
  const trust = policyText({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal });
  const made = await callRpc(target, 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust });
  await callRpc(target, 'CreatePolicy', { PolicyName: name, PolicyDocument: policyText(...statements) });
  await callRpc(target, 'AttachPolicyToRole', { RoleName: name, PolicyName: name, PolicyType: 'Custom' });
  return made.json.Role.Arn as string;
}

/** Temporary credentials of a role. */
export async function assume(
  target: Target,
  credentials: NonNullable<RpcTestCall['credentials']>,
  roleArn: string,
  more: RpcParameters = {},
) {
  const answer = await callRpc(
    target,
    'AssumeRole',
    { RoleArn: roleArn, RoleSessionName: 'app', ...more },
    { credentials, version: '2015-04-01' },
  );
  if (answer.status !== 200) throw new Error(answer.text);
  const { AccessKeyId, AccessKeySecret, SecurityToken } = answer.json.Credentials;
  return { accessKeyId: AccessKeyId as string, accessKeySecret: AccessKeySecret as string, securityToken: SecurityToken as string };
}

export function policyText(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '1', Statement: statements });
}

export const allow = (action: string | readonly string[], resource: string | readonly string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
});
