import { encodeBase64 } from '../base64.ts';
import type { Digests } from '../digests.ts';
import { compareKeys } from '../names.ts';
import { percentEncode } from '../percent.ts';

/** The parameters of a call in the RPC style, by name. No name stands twice. */
export type RpcParameters = Readonly<Record<string, string>>;

/** What is signed of a call of STS, RAM or KMS: signature version 1.0 of the RPC style. `Signature` itself is left out. */
export function rpcStringToSign(method: 'GET' | 'POST', parameters: RpcParameters): string {
  const canonical = Object.entries(parameters)
    .filter(([name]) => name !== 'Signature')
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
  return `${method}&${percentEncode('/')}&${percentEncode(canonical)}`;
}

/** Base64 of HMAC-SHA1 under the secret and an ampersand. */
export function rpcSignature(digests: Digests, method: 'GET' | 'POST', parameters: RpcParameters, accessKeySecret: string): string {
  return encodeBase64(digests.hmac('sha1', `${accessKeySecret}&`, rpcStringToSign(method, parameters)));
}

/** The query or the form body of a call: names and values percent-encoded. */
export function encodeRpcParameters(parameters: RpcParameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}
