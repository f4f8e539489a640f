import { isIP } from 'node:net';
import { bucketNameFault, decodeQuery, objectKeyFault, percentDecode, type QueryField, ServiceError } from '@ossature/protocol';

/** What a Host may be, from the configuration. */
export interface AddressRules {
  /** Lower case, without a leading dot, longest first, so that a base within another one is found. */
  readonly baseDomains: readonly string[];
  /** Their canonical Hosts, `oss-<region>[-internal].aliyuncs.com`, are always known. */
  readonly regions: readonly string[];
}

export interface Address {
  /** The Host without its port, as error documents name it. */
  readonly hostId: string;
  /** The region that the Host names, where it is a canonical one. */
  readonly hostRegion: string | undefined;
  readonly bucket: string | undefined;
  /** Decoded once, without the leading slash. */
  readonly key: string | undefined;
  /** Whether the path begins with the bucket. */
  readonly style: 'path' | 'virtual' | 'service';
  /** The path of one of the server's own pages (`/-/health`), which are no operations. */
  readonly page: string | undefined;
  readonly query: readonly QueryField[];
}

/** What a Host alone says. `style`: whether the path starts with the bucket, has no bucket, or may not have one. */
interface HostFacts {
  readonly hostId: string;
  readonly hostRegion: string | undefined;
  readonly bucket: string | undefined;
  readonly style: Address['style'];
}

/** The Host without its port, in lower case and without the root's dot; '' where there is none. */
export function hostName(host: string | undefined): string {
  const value = (host ?? '').trim().toLowerCase();
  const name = /^\[([^[\]]*)\](?::\d*)?$/.exec(value)?.[1] ?? value.replace(/:\d*$/, '');
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/**
 * Takes a request's address apart: bucket and key from Host and target, each decoded once; the path is never cleaned.
 * Throws the errors of a bad Host, bucket name or key.
 */
export function resolveAddress(method: string, target: string, host: string | undefined, rules: AddressRules): Address {
  const { authority, path, queryText } = splitTarget(target);
  const facts = judgeHost(hostName(authority ?? host), rules);
  if (facts === undefined) {
    if (method === 'PUT' && path === '/' && queryText === undefined) throw new ServiceError('InvalidHostPutBucket');
    throw new ServiceError('NonStandardHostForbidden');
  }
  const query = queryText === undefined ? [] : queryOf(queryText);
  const { hostId, hostRegion, style } = facts;
  const found = { hostId, hostRegion, style, query, bucket: undefined, key: undefined, page: undefined };
  if (facts.bucket === undefined && path.startsWith('/-/')) {
    return { ...found, page: path };
  }
  const { bucket, rest } = facts.style === 'path' ? splitBucket(path) : { bucket: facts.bucket, rest: path.slice(1) };
  if (facts.style === 'service' && rest !== '') {
    throw new ServiceError('SecondLevelDomainForbidden', {
      message: 'The bucket you are attempting to access must be addressed using OSS third level domain.',
    });
  }
  if (bucket !== undefined && bucketNameFault(bucket) !== undefined) {
    throw new ServiceError('InvalidBucketName', { elements: { BucketName: bucket } });
  }
  if (rest === '') return { ...found, bucket };
  const key = percentDecode(rest);
  if (key === undefined) throw new ServiceError('InvalidObjectName');
  const fault = objectKeyFault(key);
  if (fault !== undefined) throw new ServiceError('InvalidObjectName', { message: fault });
  return { ...found, bucket, key };
}

/** `/path?query`, or the absolute form of a request sent as to a proxy, whose authority then counts (RFC 9112 §3.2.2). */
function splitTarget(target: string): { authority: string | undefined; path: string; queryText: string | undefined } {
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(target);
  const local = absolute === null ? target : (absolute[2] as string);
  const mark = local.indexOf('?');
  const path = mark < 0 ? local : local.slice(0, mark);
  if (path !== '' && !path.startsWith('/')) {
    throw new ServiceError('InvalidArgument', { message: 'The request target must begin with a slash.' });
  }
  return { authority: absolute?.[1], path: path === '' ? '/' : path, queryText: mark < 0 ? undefined : local.slice(mark + 1) };
}

function splitBucket(path: string): { bucket: string | undefined; rest: string } {
  if (path === '/') return { bucket: undefined, rest: '' };
  const slash = path.indexOf('/', 1);
  const bucket = percentDecode(slash < 0 ? path.slice(1) : path.slice(1, slash));
  if (bucket === undefined) throw new ServiceError('InvalidBucketName');
  return { bucket, rest: slash < 0 ? '' : path.slice(slash + 1) };
}

function judgeHost(name: string, rules: AddressRules): HostFacts | undefined {
  const facts = { hostId: name, hostRegion: undefined, bucket: undefined } as const;
  if (isIP(name) !== 0) return { ...facts, style: 'path' };
  for (const base of rules.baseDomains) {
    if (name === base) return { ...facts, style: 'path' };
    if (name.endsWith(`.${base}`)) return { ...facts, ...bucketLabel(name.slice(0, -base.length - 1)) };
  }
  const canonical = /^(?:(.*)\.)?oss-([a-z0-9-]+)\.aliyuncs\.com$/.exec(name);
  if (canonical === null) return undefined;
  const ossRegion = canonical[2] as string;
  const hostRegion = rules.regions.find((region) => ossRegion === region || ossRegion === `${region}-internal`);
  return hostRegion === undefined ? undefined : { hostId: name, hostRegion, ...bucketLabel(canonical[1] ?? '') };
}

/** The label before a base: a bucket, or the service where it is empty. */
function bucketLabel(label: string): Pick<HostFacts, 'bucket' | 'style'> {
  return label === '' ? { bucket: undefined, style: 'service' } : { bucket: label, style: 'virtual' };
}

function queryOf(queryText: string): readonly QueryField[] {
  const query = decodeQuery(queryText);
  if (query === undefined) throw new ServiceError('InvalidArgument', { message: 'The query string is not percent-encoded UTF-8.' });
  return query;
}
