/** The CopyObject that a case asks for, as it is sent. */
import { formatHttpDate } from '@ossature/protocol';
import type { TestRequest } from '../sender.test.support.ts';
import type { CopyCase, EtagChoice, Pairs, TimeChoice } from './copy-case.test.support.ts';
import { secondOf, unknownVersion, versionIdOf } from './copy-rules.test.support.ts';
import { type CopySetting, headersOf, keys } from './copy-setting.test.support.ts';
import { versionsOf } from './copy-state.test.support.ts';

export function copyRequestOf({ request }: CopyCase, setting: CopySetting): TestRequest {
  const { written, tagging, persistent } = request;
  const given: Record<string, string | undefined> = {
    ...headersOf(written),
    'x-oss-copy-source': sourceOf(request, setting),
    ...conditionsOf(request, setting),
    'x-oss-metadata-directive': request.metadataDirective,
    'x-oss-tagging-directive': request.taggingDirective,
    'x-oss-object-acl': request.acl,
    'x-oss-storage-class': request.storageClass,
    'x-oss-forbid-overwrite': request.forbidOverwrite,
    'x-oss-server-side-encryption': request.algorithm,
    'x-oss-server-side-encryption-key-id': request.keyId === undefined ? undefined : '9468da86-3509-4f8d-a61e-6eab1eac0001',
    'x-oss-traffic-limit': request.trafficLimit,
    'x-oss-request-payer': request.requestPayer,
  };
  if (tagging === 'eleven') given['x-oss-tagging'] = [...'abcdefghijk'].map((key) => `${key}=`).join('&');
  if (tagging === 'twice') given['x-oss-tagging'] = 'a=1&a=2';
  if (tagging === 'illegal') given['x-oss-tagging'] = 'a%26b=1';
  if (persistent === 'reserved') given['x-oss-persistent-headers'] = 'ETag:dg==';
  if (persistent === 'malformed') given['x-oss-persistent-headers'] = 'x-own';
  const headers: Pairs = Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const bucket = request.missingDestination ? 'no-such-destination' : setting.destinationName;
  return { method: 'PUT', bucket, key: setting.destinationKey, headers };
}

function sourceOf({ source, version }: CopyCase['request'], setting: CopySetting): string {
  if (source === 'empty') return '';
  if (source === 'only a bucket') return `/${setting.sourceName}`;
  const bucket = source === 'no bucket' ? 'no-such-source' : setting.sourceName;
  const key = source === 'no key' ? 'no-such-key' : keys.source;
  return `${source === 'without slash' ? '' : '/'}${bucket}/${encodeURIComponent(key)}${queryOf(version, setting)}`;
}

function queryOf(version: CopyCase['request']['version'], setting: CopySetting): string {
  if (version === 'malformed') return '?versionId=%25%25';
  if (version === 'empty') return '?versionId=';
  if (version === 'another query') return '?other=1';
  const id = version === 'unknown' ? unknownVersion : versionIdOf(versionsOf(setting.source, keys.source), version);
  return id === undefined ? '' : `?versionId=${id}`;
}

/** Of a source that is not there, they are about another one. */
function conditionsOf(request: CopyCase['request'], setting: CopySetting): Readonly<Record<string, string | undefined>> {
  const versions = versionsOf(setting.source, keys.source);
  const id = versionIdOf(versions, request.version);
  const found = id === undefined ? versions[0] : versions.find((version) => version.id === id);
  const etag = found?.object?.etag ?? '0';
  const second = Math.floor((found?.lastModifiedMs ?? 0) / 1000);
  return {
    'x-oss-copy-source-if-match': etagText(request.ifMatch, etag),
    'x-oss-copy-source-if-none-match': etagText(request.ifNoneMatch, etag),
    'x-oss-copy-source-if-modified-since': timeText(request.ifModifiedSince, second),
    'x-oss-copy-source-if-unmodified-since': timeText(request.ifUnmodifiedSince, second),
  };
}

function etagText(choice: EtagChoice | undefined, etag: string): string | undefined {
  switch (choice) {
    case undefined:
      return undefined;
    case 'same':
      return `"${etag}"`;
    case 'unquoted in lower case':
      return etag.toLowerCase();
    case 'in a list':
      return `"0", "${etag}"`;
    case 'other':
      return '"0123456789ABCDEF0123456789ABCDEF"';
    case 'a list without':
      return '"0","1"';
    case 'any':
      return '*';
  }
}

function timeText(choice: TimeChoice | undefined, second: number): string | undefined {
  if (choice === undefined) return undefined;
  const at = secondOf(choice, second);
  return at === undefined ? 'yesterday' : formatHttpDate(at * 1000);
}
