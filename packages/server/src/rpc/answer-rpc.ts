import {
  constantTimeEqual,
  decodeQuery,
  headerOf,
  type RawRequest,
  type ResponseMessage,
  rpcSignature,
  rpcStringToSign,
  ServiceError,
} from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import type { Trace } from '../http/access-log.ts';
import { hostName } from '../http/address.ts';
import type { Peer } from '../http/node-server.ts';
import { readBody } from '../http/request-body.ts';
import type { CredentialsFault, Identities } from '../identity/identities.ts';
import type { Nonces } from './nonces.ts';
import { type RpcAction, type RpcCall, RpcError, type RpcRegistry, registryKey } from './rpc-action.ts';
import { type RpcFormat, rpcDocument } from './rpc-document.ts';

/** What the RPC surface works with. */
export interface RpcParts {
  readonly identities: Identities;
  readonly actions: RpcRegistry;
  readonly nonces: Nonces;
  readonly now: () => number;
}

/** The longest form of a call, in bytes: two policies and some. */
const bodyMaxBytes = 64 * 1024;
const skewMaxMs = 15 * 60_000;

/**
 * Answers a call of STS, RAM or KMS (RPC style, signature version 1.0). The order: the parameters of the signature, the key, the time, the signature, the nonce,
 * the action, its caller. Errors are told in the form that the call asks for; a mistake of this program is thrown.
 */
export async function answerRpc(parts: RpcParts, raw: RawRequest, peer: Peer, trace: Trace): Promise<ResponseMessage> {
  const requestId = uuidOf(parts);
  let format: RpcFormat = 'XML';
  try {
    const parameters = await readParameters(raw, trace);
    if (parameters['Format']?.toUpperCase() === 'JSON') format = 'JSON';
    const call = authenticateCall(parts, raw, peer, parameters);
    trace.principal = call.caller.accessKeyId;
    const action = actionOf(parts.actions, parameters);
    trace.operation = action.name;
    if (action.callers === 'account' && call.caller.kind !== 'account') throw notAuthorized();
    const members = await action.run(call);
    return answer(200, format, `${action.name}Response`, { RequestId: requestId, ...members });
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    trace.code = error.code;
    const host = hostName(headerOf(raw.headers, 'host'));
    return answer(error.statusCode, format, 'Error', { RequestId: requestId, HostId: host, Code: error.code, Message: error.message });
  }
}

function answer(status: number, format: RpcFormat, root: string, members: Parameters<typeof rpcDocument>[2]): ResponseMessage {
  const type = format === 'JSON' ? 'application/json;charset=utf-8' : 'text/xml;charset=utf-8';
  return { status, headers: [['Content-Type', type]], body: rpcDocument(format, root, members) };
}

/** Those of the query and those of the form. A name that stands twice is refused: which one is signed would be anybody's guess. */
async function readParameters(raw: RawRequest, trace: Trace): Promise<Readonly<Record<string, string>>> {
  const mark = raw.target.indexOf('?');
  const texts = mark < 0 ? [] : [raw.target.slice(mark + 1)];
  if (raw.method === 'POST') texts.push(await readForm(raw, trace));
  const parameters = new Map<string, string>();
  for (const text of texts) {
    const fields = decodeQuery(text);
    if (fields === undefined) throw new RpcError(400, 'InvalidParameter', 'The parameters are not percent-encoded UTF-8.');
    for (const [name, value] of fields) {
      if (parameters.has(name)) throw new RpcError(400, 'InvalidParameter', 'A parameter is given twice.');
      parameters.set(name, value ?? '');
    }
  }
  return Object.fromEntries(parameters);
}

async function readForm(raw: RawRequest, trace: Trace): Promise<string> {
  const declared = headerOf(raw.headers, 'content-length');
  const tooLong = () => new ServiceError('EntityTooLarge', { elements: { MaxSizeAllowed: String(bodyMaxBytes) } });
  const bounds = { declaredBytes: declared === undefined ? undefined : Number(declared), limitBytes: bodyMaxBytes, tooLong };
  return Buffer.from(await readBody(raw.body, bounds, trace.received)).toString('latin1');
}

function authenticateCall(
  { identities, nonces, now }: RpcParts,
  raw: RawRequest,
  peer: Peer,
  parameters: Readonly<Record<string, string>>,
): RpcCall {
  const { AccessKeyId, Signature, SignatureMethod, SignatureVersion, SignatureNonce, Timestamp, SecurityToken } = parameters;
  if (!AccessKeyId || !Signature || !SignatureNonce || !Timestamp || SignatureMethod !== 'HMAC-SHA1' || SignatureVersion !== '1.0') {
    throw new RpcError(400, 'IncompleteSignature', 'The request signature does not conform to Aliyun standards.');
  }
  const found = identities.find(AccessKeyId, SecurityToken || undefined);
  if (found.fault !== undefined) throw credentialsError(found.fault);
  const nowMs = now();
  const timeMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(Timestamp) ? Date.parse(Timestamp) : Number.NaN;
  if (Number.isNaN(timeMs)) throw new RpcError(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
  if (Math.abs(timeMs - nowMs) > skewMaxMs)
    throw new RpcError(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  const method = raw.method === 'POST' ? 'POST' : 'GET';
  if (!isEqual(rpcSignature(nodeDigests, method, parameters, found.secret), Signature)) {
    const text = rpcStringToSign(method, parameters);
    throw new RpcError(
      400,
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${text}`,
    );
  }
  if (SignatureNonce.length > 256) throw new RpcError(400, 'InvalidParameter.SignatureNonce', 'The nonce is longer than 256 characters.');
  if (!nonces.take(AccessKeyId, SignatureNonce, nowMs)) {
    throw new RpcError(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  }
  const caller = found.principalOf(undefined);
  if (caller.kind === 'anonymous') throw new TypeError('A key belongs to somebody');
  return { parameters, caller, sourceIp: peer.remoteAddress, isSecure: peer.secure };
}

function isEqual(a: string, b: string): boolean {
  return constantTimeEqual(Buffer.from(a), Buffer.from(b));
}

function credentialsError(fault: CredentialsFault): RpcError {
  switch (fault) {
    case 'unknown':
      return new RpcError(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    case 'disabled':
      return new RpcError(400, 'InvalidAccessKeyId.Inactive', 'Specified access key is disabled.');
    case 'token-expired':
      return new RpcError(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
    case 'token-malformed':
      return new RpcError(400, 'InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
    case 'token-of-another':
      return new RpcError(400, 'InvalidSecurityToken.MismatchWithAccessKey', 'Specified SecurityToken mismatches with the AccessKey.');
  }
}

function actionOf(actions: RpcRegistry, { Action = '', Version = '' }: Readonly<Record<string, string>>): RpcAction {
  const action = actions.get(registryKey(Version, Action));
  if (action !== undefined) return action;
  const isKnownVersion = [...actions.values()].some(({ version }) => version === Version);
  if (!isKnownVersion) throw new RpcError(400, 'NoSuchVersion', 'Specified parameter Version is not valid.');
  throw new RpcError(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.');
}

function notAuthorized(): RpcError {
  return new RpcError(403, 'NoPermission', 'You are not authorized to do this action. You should be authorized by RAM.');
}

/** Dashed, in upper case: not the form of OSS. */
function uuidOf({ identities }: RpcParts): string {
  const bytes = Uint8Array.from(identities.random.bytes(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
