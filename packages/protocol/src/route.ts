/** The router, derived from the table of operations: method, level, and the presence of marks. */
import { isDocumentedAnywhere, isDocumentedSubresource, type Level } from './documented.ts';
import { ServiceError } from './errors.ts';
import { unfitQuery } from './member-fault.ts';
import type { HeaderField, QueryField } from './message.ts';
import type { Definition } from './operation.ts';
import { type OperationKey, operations } from './operations/index.ts';

/** What a request is routed by. */
export interface RouteHead {
  readonly method: string;
  readonly level: Level;
  readonly query: readonly QueryField[];
  readonly headers: readonly HeaderField[];
}

interface Candidate<K> {
  readonly operation: K;
  readonly queryMarks: readonly string[];
  readonly headerMarks: readonly string[];
  readonly preflight: boolean;
  /** Every query name that the operation has a use for, or is known to come with. */
  readonly names: ReadonlySet<string>;
}

interface Place<K> {
  /** By method, the most specific first: marks of the query weigh more than headers, since a sub-resource is never chance. */
  readonly candidates: ReadonlyMap<string, readonly Candidate<K>[]>;
  /** The query names that mark operations of the level. */
  readonly marks: ReadonlySet<string>;
}

/**
 * A router over a table. It answers the operation, or throws ServiceError:
 * `NotImplemented` for what OSS documents and nobody built, named; `MethodNotAllowed` with `Allow` for a sub-resource that has other
 * methods; `InvalidArgument` for one that is incomplete, does not fit, or stands beside another. Query names that nobody knows are ignored.
 */
export function createRouter<T extends Readonly<Record<string, Definition>>>(
  operations: T,
): (head: RouteHead) => { readonly operation: keyof T & string } {
  const places: Readonly<Record<Level, Place<keyof T & string>>> = {
    service: placeOf(operations, 'service'),
    bucket: placeOf(operations, 'bucket'),
    object: placeOf(operations, 'object'),
  };
  const marks = new Set([...places.service.marks, ...places.bucket.marks, ...places.object.marks]);
  return (head) => {
    const place = places[head.level];
    const present = new Set(head.query.map(([name]) => name));
    const candidates = place.candidates.get(head.method) ?? [];
    const found = candidates.find((candidate) => isMarked(candidate, present, head.headers));
    if (found?.preflight === true) return { operation: found.operation };
    for (const name of present) {
      if (found?.names.has(name) === true) continue;
      if (isDocumentedSubresource(head.level, name)) throw notBuilt(name);
      if (place.marks.has(name)) throw unfit(place, head.method, present, found, name);
      // A read answers what is there. A write that was meant for another level or for one version could do harm: DELETE of a bucket with an uploadId.
      const isRead = head.method === 'GET' || head.method === 'HEAD';
      if (!isRead && (marks.has(name) || name === 'versionId' || isDocumentedAnywhere(name))) throw unfitQuery(name);
    }
    if (found === undefined) throw noOperation(place, head);
    return { operation: found.operation };
  };
}

/** The router over every operation of the table; as `createRouter` says. */
export const route: (head: RouteHead) => { readonly operation: OperationKey } = /* @__PURE__ */ createRouter(operations);

function placeOf<T extends Readonly<Record<string, Definition>>>(operations: T, level: Level): Place<keyof T & string> {
  const candidates = new Map<string, Candidate<keyof T & string>[]>();
  const marks = new Set<string>();
  for (const [operation, definition] of Object.entries(operations)) {
    if (definition.level !== level) continue;
    const queryMarks = definition.marks.query ?? [];
    const members = Object.values(definition.request).filter(({ place }) => place === 'query');
    const list = candidates.get(definition.method) ?? [];
    list.push({
      operation,
      queryMarks,
      headerMarks: (definition.marks.headers ?? []).map((name) => name.toLowerCase()),
      preflight: definition.preflight === true,
      names: new Set([...queryMarks, ...members.map(({ name }) => name), ...(definition.idleQuery ?? [])]),
    });
    candidates.set(definition.method, list);
    for (const name of queryMarks) marks.add(name);
  }
  for (const list of candidates.values()) {
    list.sort((a, b) => b.queryMarks.length - a.queryMarks.length || b.headerMarks.length - a.headerMarks.length);
  }
  return { candidates, marks };
}

function isMarked(candidate: Candidate<string>, query: ReadonlySet<string>, headers: readonly HeaderField[]): boolean {
  return (
    candidate.queryMarks.every((name) => query.has(name)) &&
    candidate.headerMarks.every((mark) => headers.some(([name]) => name.toLowerCase() === mark))
  );
}

/** A sub-resource that is built, on this level, and is not one of the operation that was found. */
function unfit(
  place: Place<string>,
  method: string,
  present: ReadonlySet<string>,
  found: Candidate<string> | undefined,
  name: string,
): ServiceError {
  const incomplete = place.candidates.get(method)?.find(({ queryMarks }) => queryMarks.includes(name));
  const missing = incomplete?.queryMarks.find((mark) => !present.has(mark));
  if (missing !== undefined) return unfitQuery(missing);
  if (found !== undefined && found.queryMarks.length > 0) return unfitQuery(name);
  const allowed = methodsWith(
    place,
    (candidate) => candidate.queryMarks.includes(name) && candidate.queryMarks.every((mark) => present.has(mark)),
  );
  return allowed.length > 0 ? methodNotAllowed(method, name, allowed) : unfitQuery(name);
}

function noOperation(place: Place<string>, { method, level }: RouteHead): ServiceError {
  return methodNotAllowed(
    method,
    level,
    methodsWith(place, ({ queryMarks, headerMarks }) => queryMarks.length === 0 && headerMarks.length === 0),
  );
}

function methodsWith(place: Place<string>, matches: (candidate: Candidate<string>) => boolean): readonly string[] {
  return [...place.candidates].filter(([, list]) => list.some(matches)).map(([method]) => method);
}

function methodNotAllowed(method: string, resource: string, allowed: readonly string[]): ServiceError {
  return new ServiceError('MethodNotAllowed', {
    elements: { Method: method, ResourceType: resource },
    headers: { Allow: allowed.join(', ') },
  });
}

function notBuilt(name: string): ServiceError {
  return new ServiceError('NotImplemented', {
    message: `The request implies functionality that is not implemented: ${name}.`,
    elements: { ArgumentName: 'ResourceType', ArgumentValue: name },
  });
}
