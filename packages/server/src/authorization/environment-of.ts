import { type Definition, headerOf, headerText, queryOf, type RequestMessage, type Tag } from '@ossature/protocol';
import type { Tags } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';
import type { RequestEnvironment } from './request-environment.ts';

interface RequestFacts {
  readonly definition: Definition;
  readonly message: RequestMessage;
  /** The decoded request, as far as it has come: the head, then the body too. */
  readonly request: Readonly<Record<string, unknown>>;
  /** False while only the head is known. */
  readonly isWhole: boolean;
  readonly principal: Principal;
  readonly nowMs: number;
  readonly sourceIp: string;
  readonly isSecure: boolean;
  readonly accountBlocksPublicAccess: boolean;
  /** Where a bucket would be made. */
  readonly region: string;
}

const lists: ReadonlySet<string> = new Set(['ListObjects', 'ListObjectsV2', 'ListObjectVersions', 'ListMultipartUploads']);

/** The environment of a request. Most judgements ask for none of it, so nothing is looked up before it is asked for. */
export function environmentOf(facts: RequestFacts): RequestEnvironment {
  const { definition, message, request, principal } = facts;
  const header = (name: string) => {
    const value = headerOf(message.headers, name);
    return value === undefined ? undefined : (headerText(value) ?? value);
  };
  const ofList = (name: string) => (lists.has(definition.name) ? (textOf(request[name]) ?? '') : undefined);
  return {
    nowMs: facts.nowMs,
    sourceIp: facts.sourceIp,
    isSecure: facts.isSecure,
    accountBlocksPublicAccess: facts.accountBlocksPublicAccess,
    isForm: definition.form === true,
    region: facts.region,
    get userAgent() {
      return header('user-agent');
    },
    get referer() {
      return header('referer');
    },
    get signedIn() {
      if (principal.kind === 'anonymous') return undefined;
      // A form is signed in its fields, whatever its head says.
      return message.form !== undefined || headerOf(message.headers, 'authorization') === undefined ? 'query' : 'header';
    },
    get saysPayer() {
      return (header('x-oss-request-payer') ?? queryOf(message.query, 'x-oss-request-payer')) === 'requester';
    },
    get prefix() {
      return ofList('prefix');
    },
    get delimiter() {
      return ofList('delimiter');
    },
    get requestTags() {
      return requestTagsOf(facts);
    },
    get acl() {
      return textOf(request['acl']);
    },
  };
}

/** The tags of the header; of PutObjectTagging, those of its body. A copy that takes the source's tags ignores those of its request. */
function requestTagsOf({ definition, request, isWhole }: RequestFacts): Tags | 'unread' | undefined {
  if (definition.name === 'CopyObject' && request['taggingDirective'] !== 'Replace') return undefined;
  const isInBody = definition.name === 'PutObjectTagging';
  if (isInBody && !isWhole) return 'unread';
  const tags = (isInBody ? request['tags'] : request['tagging']) as readonly Tag[] | undefined;
  return Array.isArray(tags) ? tags.map(({ key, value }: Tag) => [key, value] as const) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
