import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDocumentedHeader, isDocumentedSubresource, type Level } from './documented.ts';
import { isServiceError, type ServiceError } from './errors.ts';
import type { HeaderField, QueryField } from './message.ts';
import type { Definition } from './operation.ts';
import { operations } from './operations/index.ts';
import { encodeRequest } from './request.ts';
import { createRouter, type RouteHead, route } from './route.ts';

const all = Object.entries(operations) as readonly (readonly [string, Definition])[];

function head(method: string, level: Level, query = '', ...headers: readonly string[]): RouteHead {
  const fields = query === '' ? [] : query.split('&').map((item): QueryField => [item.split('=')[0] ?? '', item.split('=')[1]]);
  return { method, level, query: fields, headers: headers.map((name): HeaderField => [name, 'x']) };
}

function faultOf(request: RouteHead): ServiceError {
  try {
    route(request);
  } catch (error) {
    if (isServiceError(error)) return error;
    throw error;
  }
  return expect.unreachable('there should be a fault') as never;
}

describe('the router', () => {
  it('finds every operation by its own marks', () => {
    for (const [key, { method, level, marks }] of all) {
      const query = (marks.query ?? []).map((name): QueryField => [name, undefined]);
      const headers = (marks.headers ?? []).map((name): HeaderField => [name.toUpperCase(), '']);
      expect(route({ method, level, query, headers }), key).toEqual({ operation: key });
    }
  });

  it('finds every operation with all that it names in its query', () => {
    for (const [key, { method, level, marks, request }] of all) {
      const names = [
        ...(marks.query ?? []),
        ...Object.values(request).flatMap((member) => (member.place === 'query' ? [member.name] : [])),
      ];
      const headers = (marks.headers ?? []).map((name): HeaderField => [name, '']);
      expect(route({ method, level, query: names.map((name) => [name, 'x']), headers }), key).toEqual({ operation: key });
    }
  });

  it('is never in doubt between two operations', () => {
    const isSubset = (a: readonly string[], b: readonly string[]): boolean => a.every((name) => b.includes(name));
    for (const [key, one] of all) {
      for (const [other, two] of all) {
        if (key >= other || one.method !== two.method || one.level !== two.level) continue;
        const query = [one.marks.query ?? [], two.marks.query ?? []] as const;
        const headers = [one.marks.headers ?? [], two.marks.headers ?? []] as const;
        const sameQuery = isSubset(query[0], query[1]) && isSubset(query[1], query[0]);
        const sameHeaders = isSubset(headers[0], headers[1]) && isSubset(headers[1], headers[0]);
        expect(sameQuery && sameHeaders, `${key} and ${other}`).toBe(false);
        // Marks of the query decide first; where they are the same, those of the headers must be nested.
        if (sameQuery) expect(isSubset(headers[0], headers[1]) || isSubset(headers[1], headers[0]), `${key} and ${other}`).toBe(true);
      }
    }
  });

  it('finds what the client sends', () => {
    const sent = encodeRequest(operations.uploadPartCopy, {
      bucket: 'b',
      key: 'k',
      uploadId: 'u',
      partNumber: 1,
      sourceBucket: 's',
      sourceKey: 'k',
    });
    expect(route({ ...sent, level: 'object' })).toEqual({ operation: 'uploadPartCopy' });
  });

  it.each<[RouteHead, string]>([
    [head('GET', 'service'), 'listBuckets'],
    [head('GET', 'service', 'regions=oss-cn-hangzhou'), 'describeRegions'],
    [head('GET', 'bucket', 'prefix=a&max-keys=1'), 'listObjects'],
    [head('GET', 'bucket', 'list-type=2&prefix=a'), 'listObjectsV2'],
    [head('GET', 'bucket', 'uploads'), 'listMultipartUploads'],
    [head('PUT', 'bucket', 'acl='), 'putBucketAcl'],
    [head('PUT', 'bucket', 'versioning'), 'putBucketVersioning'],
    [head('GET', 'bucket', 'versions&prefix=a'), 'listObjectVersions'],
    [head('PUT', 'object', 'symlink'), 'putSymlink'],
    [head('POST', 'object', 'restore&versionId=a'), 'restoreObject'],
    [head('POST', 'object', 'seal&position=0'), 'sealAppendObject'],
    [head('PUT', 'object'), 'putObject'],
    [head('PUT', 'object', '', 'X-OSS-Copy-Source'), 'copyObject'],
    [head('PUT', 'object', 'partNumber=1&uploadId=u'), 'uploadPart'],
    [head('PUT', 'object', 'uploadId=u&partNumber=1', 'x-oss-copy-source'), 'uploadPartCopy'],
    // As Python's SDK v1 asks for a version of the source.
    [head('PUT', 'object', 'uploadId=u&partNumber=1&versionId=v', 'x-oss-copy-source'), 'uploadPartCopy'],
    [head('GET', 'object', 'uploadId=u'), 'listParts'],
    [head('POST', 'object', 'uploadId=u'), 'completeMultipartUpload'],
    [head('POST', 'object', 'append&position=0'), 'appendObject'],
    [head('HEAD', 'object', 'objectMeta'), 'getObjectMeta'],
    // Names that nobody knows, and those of signatures, change nothing.
    [head('GET', 'object', 'non-resousce=null&x-oss-signature=a&Expires=1'), 'getObject'],
    // A read answers what is there, whatever is asked beside it.
    [head('GET', 'bucket', 'uploadId=u'), 'listObjects'],
    // A browser asks about the request that follows, whose query this is.
    [head('OPTIONS', 'object', 'uploadId=u&partNumber=1'), 'optionObject'],
    [head('OPTIONS', 'bucket', 'website'), 'optionBucket'],
    // A copy source beside a sub-resource is a header that nobody knows.
    [head('PUT', 'object', 'tagging', 'x-oss-copy-source'), 'putObjectTagging'],
  ])('routes %j', (request, operation) => {
    expect(route(request)).toEqual({ operation });
  });

  it.each<[RouteHead, string]>([
    [head('PUT', 'object', 'uploadId=u'), 'partNumber'],
    [head('PUT', 'object', 'partNumber=1'), 'uploadId'],
    [head('PUT', 'object', 'uploadId=u', 'x-oss-copy-source'), 'partNumber'],
    [head('PUT', 'object', 'acl&tagging'), 'tagging'],
    [head('GET', 'object', 'acl&uploadId=u'), 'uploadId'],
    // Without its key, a request for an upload would delete the bucket.
    [head('DELETE', 'bucket', 'uploadId=u'), 'uploadId'],
    [head('PUT', 'object', 'lifecycle'), 'lifecycle'],
    // Writes that make a version are not told which; of a bucket there are none to delete.
    [head('PUT', 'object', 'versionId=v'), 'versionId'],
    [head('PUT', 'object', 'versionId=v', 'x-oss-copy-source'), 'versionId'],
    [head('PUT', 'object', 'uploadId=u&partNumber=1&versionId=v'), 'versionId'],
    [head('POST', 'object', 'append&position=0&versionId=v'), 'versionId'],
    [head('DELETE', 'bucket', 'versionId=v'), 'versionId'],
  ])('tells that a sub-resource of %j does not fit: %s', (request, name) => {
    expect(faultOf(request)).toMatchObject({
      code: 'InvalidArgument',
      message: 'Unexpected query string parameter',
      ec: '0017-00000219',
      elements: { ArgumentName: 'ResourceType', ArgumentValue: name },
    });
  });

  it.each<[RouteHead, string, string]>([
    // It must not be DeleteBucket.
    [head('DELETE', 'bucket', 'acl'), 'acl', 'PUT, GET'],
    [head('PUT', 'bucket', 'uploads'), 'uploads', 'GET'],
    [head('GET', 'object', 'append'), 'append', 'POST'],
    [head('HEAD', 'bucket'), 'bucket', 'GET, PUT, DELETE, OPTIONS, POST'],
    [head('PATCH', 'object'), 'object', 'PUT, GET, HEAD, DELETE, OPTIONS'],
    [head('POST', 'object'), 'object', 'PUT, GET, HEAD, DELETE, OPTIONS'],
    [head('DELETE', 'service'), 'service', 'GET'],
  ])('tells the methods of %j', (request, resource, allowed) => {
    const fault = faultOf(request);
    expect(fault).toMatchObject({
      code: 'MethodNotAllowed',
      statusCode: 405,
      elements: { Method: request.method, ResourceType: resource },
    });
    expect(fault.headers['Allow']?.split(', ').sort((a, b) => (a < b ? -1 : 1))).toEqual(
      allowed.split(', ').sort((a, b) => (a < b ? -1 : 1)),
    );
  });

  it.each<[RouteHead, string]>([
    [head('GET', 'bucket', 'inventory'), 'inventory'],
    [head('PUT', 'bucket', 'website'), 'website'],
    // It must not be DeleteBucket.
    [head('DELETE', 'bucket', 'website'), 'website'],
    [head('POST', 'object', 'x-oss-async-process'), 'x-oss-async-process'],
    [head('POST', 'object', 'x-oss-process'), 'x-oss-process'],
    [head('GET', 'object', 'x-oss-ac-source-ip=1.2.3.4'), 'x-oss-ac-source-ip'],
  ])('refuses %j, which OSS has and this server does not: %s', (request, name) => {
    expect(faultOf(request)).toMatchObject({
      code: 'NotImplemented',
      statusCode: 400,
      message: `The request implies functionality that is not implemented: ${name}.`,
      elements: { ArgumentName: 'ResourceType', ArgumentValue: name },
    });
  });

  it('answers or throws ServiceError for any head', () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom('acl', 'uploadId', 'partNumber', 'uploads', 'delete', 'policy', 'constructor', '__proto__'),
    );
    const request = fc.record({
      method: fc.oneof(fc.string(), fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'constructor')),
      level: fc.constantFrom<Level>('service', 'bucket', 'object'),
      query: fc.array(fc.tuple(names, fc.option(fc.string(), { nil: undefined }))),
      headers: fc.array(fc.tuple(fc.constantFrom('x-oss-copy-source', 'Range'), fc.string())),
    });
    fc.assert(
      fc.property(request, (value) => {
        try {
          expect(Object.hasOwn(operations, route(value).operation)).toBe(true);
        } catch (error) {
          if (!isServiceError(error)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('createRouter', () => {
  it('routes over any table', () => {
    const router = createRouter({ only: operations.getBucketAcl });
    expect(router(head('GET', 'bucket', 'acl'))).toEqual({ operation: 'only' });
    expect(() => router(head('GET', 'bucket'))).toThrow(expect.objectContaining({ code: 'MethodNotAllowed' }));
  });
});

describe('what is documented and not built', () => {
  it('is not built', () => {
    for (const [key, { level, marks }] of all) {
      for (const name of marks.query ?? []) expect(isDocumentedSubresource(level, name), `${key}: ${name}`).toBe(false);
    }
  });

  it('knows headers by operation', () => {
    expect(isDocumentedHeader('CompleteMultipartUpload', 'x-oss-callback')).toBe(true);
    expect(isDocumentedHeader('CopyObject', 'if-match')).toBe(false);
  });
});
