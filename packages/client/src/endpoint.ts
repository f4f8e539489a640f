import { bucketNameFault, encodeQuery, objectKeyFault, percentEncode, type QueryField } from '@ossature/protocol';
import { InvalidRequestError } from './invalid-request-error.ts';
import type { Origin } from './transport.ts';

/**
 * How a bucket is named in an address. `virtual`: `bucket.endpoint/key`. `path`: `endpoint/bucket/key`. `cname`: the endpoint is bound to
 * the bucket, which is named nowhere. `auto`: by path for IP addresses, as the official v2 SDKs have it, and for `localhost`, whose
 * subdomains many systems do not resolve; else virtual.
 */
export type Addressing = 'auto' | 'virtual' | 'path' | 'cname';

export interface Endpoint {
  readonly origin: Origin;
  readonly addressing: Exclude<Addressing, 'auto'>;
}

/** Where one request goes, below any HTTP library. */
export interface Address {
  readonly origin: Origin;
  /** The value of `Host`: without the port where it is the scheme's own. */
  readonly host: string;
  /** Path and query. */
  readonly target: string;
}

export interface EndpointOptions {
  /** Host, or URL with nothing behind the port; without a scheme https. Default: the public endpoint of the region. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly addressing?: Addressing | undefined;
}

const form = /^(?:(https?):\/\/)?(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?\/?$/i;

/** Throws `InvalidRequestError` for an endpoint that is none. */
export function parseEndpoint(options: EndpointOptions): Endpoint {
  const text = options.endpoint ?? `https://oss-${options.region}.aliyuncs.com`;
  const [, scheme, host, port] = form.exec(text) ?? [];
  if (host === undefined || Number(port ?? 0) > 65_535) {
    throw new InvalidRequestError('endpoint', `"${text}" is not of the form [http://|https://]host[:port].`);
  }
  const origin: Origin =
    scheme?.toLowerCase() === 'http'
      ? { scheme: 'http', host: host.toLowerCase(), port: Number(port ?? 80) }
      : { scheme: 'https', host: host.toLowerCase(), port: Number(port ?? 443) };
  const { addressing = 'auto' } = options;
  return { origin, addressing: addressing === 'auto' ? automatic(origin.host) : addressing };
}

function automatic(host: string): 'virtual' | 'path' {
  return host.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(host) || host === 'localhost' ? 'path' : 'virtual';
}

/** The address of a bucket or an object; names are judged first, because a bad one could reach another host or another operation. */
export function addressOf(
  endpoint: Endpoint,
  message: { readonly bucket?: string | undefined; readonly key?: string | undefined; readonly query: readonly QueryField[] },
): Address {
  const { bucket, key } = message;
  refuseName('bucket', bucket, bucketNameFault);
  refuseName('key', key, objectKeyFault);
  const { addressing, origin } = endpoint;
  const hostName = addressing === 'virtual' && bucket !== undefined ? `${bucket}.${origin.host}` : origin.host;
  const prefix = addressing === 'path' && bucket !== undefined ? `/${bucket}/` : '/';
  const query = encodeQuery(message.query);
  const standardPort = origin.port === (origin.scheme === 'https' ? 443 : 80);
  return {
    origin: { ...origin, host: hostName },
    host: standardPort ? hostName : `${hostName}:${origin.port}`,
    target: `${prefix}${percentEncode(key ?? '', { keepSlash: true })}${query === '' ? '' : `?${query}`}`,
  };
}

/** Throws `InvalidRequestError` where the name is at fault. */
export function refuseName(member: string, name: string | undefined, faultOf: (name: string) => unknown): void {
  if (name === undefined) return;
  const fault = faultOf(name);
  if (fault !== undefined) throw new InvalidRequestError(member, `${JSON.stringify(name)} is not valid: ${String(fault)}`);
}
