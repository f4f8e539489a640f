import { isIP } from 'node:net';
import { headerOf, type RawRequest } from '@ossature/protocol';
import { hostName } from '../http/address.ts';

/**
 * Whether a request is a call of STS, RAM or KMS and none of OSS: at the root of a Host that is no bucket's, with an `Action` in its query or a form as its body;
 * and everything at the canonical Hosts of those services.
 */
export function isRpcRequest(raw: RawRequest, baseDomains: readonly string[]): boolean {
  if (raw.method !== 'GET' && raw.method !== 'POST') return false;
  const mark = raw.target.indexOf('?');
  const path = mark < 0 ? raw.target : raw.target.slice(0, mark);
  if (path !== '/' && path !== '') return false;
  const host = hostName(headerOf(raw.headers, 'host'));
  if (/^(sts|ram|kms)(-vpc)?\.(?!oss-)([a-z0-9-]+\.)?aliyuncs\.com$/.test(host)) return true;
  const isBase = isIP(host) !== 0 || baseDomains.includes(host) || /^oss-[a-z0-9-]+\.aliyuncs\.com$/.test(host);
  const isOfService = baseDomains.some((base) => host === `sts.${base}` || host === `ram.${base}` || host === `kms.${base}`);
  if (!isBase && !isOfService) return false;
  const isForm = headerOf(raw.headers, 'content-type')?.trim().toLowerCase().startsWith('application/x-www-form-urlencoded') === true;
  const hasAction =
    mark >= 0 &&
    raw.target
      .slice(mark + 1)
      .split('&')
      .some((field) => field.startsWith('Action='));
  return hasAction || (raw.method === 'POST' && isForm);
}
