import type { RpcParameters } from '@ossature/protocol';
import type { Principal } from '../auth/principal.ts';

/** A value of an answer. An array repeats its own element in XML: `{ Users: { User: [ … ] } }`. Members that are undefined are left out. */
export type RpcValue = string | number | boolean | RpcRecord | readonly RpcValue[] | undefined;
export interface RpcRecord {
  readonly [name: string]: RpcValue;
}

/** A call whose signature was found good. */
export interface RpcCall {
  /** All parameters, those of the signature included. */
  readonly parameters: RpcParameters;
  /** Never anonymous. */
  readonly caller: Exclude<Principal, { readonly kind: 'anonymous' }>;
  /** Where the call came from, as conditions of policies look at it. */
  readonly sourceIp: string;
  readonly isSecure: boolean;
}

/** One action of the RPC surface (STS, RAM, KMS). What it works with, it holds by closure. */
export interface RpcAction {
  /** `AssumeRole`. */
  readonly name: string;
  /** The API version that it belongs to: `2015-04-01`. An action's name may be in several versions. */
  readonly version: string;
  /** `account`: for the account's own key alone; `any`: the action judges its caller by itself. */
  readonly callers: 'account' | 'any';
  /** Answers the members beside `RequestId`; throws `RpcError`. */
  readonly run: (call: RpcCall) => RpcRecord | Promise<RpcRecord>;
}

/** The refusal of a call: what the document of the RPC style tells. */
export class RpcError extends Error {
  readonly code: string;
  readonly statusCode: number;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
    this.statusCode = statusCode;
  }
}

/** A parameter that must be there; an empty one is none. */
export function requiredParameter({ parameters }: RpcCall, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === '') {
    throw new RpcError(400, `Missing${name}`, `${name} is mandatory for this action.`);
  }
  return value;
}

/** A parameter that may be there; an empty one is none. */
export function optionalParameter({ parameters }: RpcCall, name: string): string | undefined {
  return parameters[name] || undefined;
}

export function invalidParameter(name: string, message: string): RpcError {
  return new RpcError(400, `InvalidParameter.${name}`, message);
}

export function noPermission(): RpcError {
  return new RpcError(403, 'NoPermission', 'You are not authorized to do this action. You should be authorized by RAM.');
}

/** By version and name; throws TypeError where two claim the same. */
export type RpcRegistry = ReadonlyMap<string, RpcAction>;

export function createRpcRegistry(actions: readonly RpcAction[]): RpcRegistry {
  const registry = new Map<string, RpcAction>();
  for (const action of actions) {
    const key = registryKey(action.version, action.name);
    if (registry.has(key)) throw new TypeError(`Two actions are called ${key}`);
    registry.set(key, action);
  }
  return registry;
}

export function registryKey(version: string, name: string): string {
  return `${version}/${name}`;
}
