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
  return new LazyEnvironment(facts);
}

/** A class, since a request makes two of these: getters of a prototype cost nothing to make. */
class LazyEnvironment implements RequestEnvironment {
  readonly nowMs: number;
  readonly sourceIp: string;
  readonly isSecure: boolean;
  readonly accountBlocksPublicAccess: boolean;
  readonly isForm: boolean;
  readonly region: string;
  readonly #facts: RequestFacts;

  constructor(facts: RequestFacts) {
    this.#facts = facts;
    this.nowMs = facts.nowMs;
    this.sourceIp = facts.sourceIp;
    this.isSecure = facts.isSecure;
    this.accountBlocksPublicAccess = facts.accountBlocksPublicAccess;
    this.isForm = facts.definition.form === true;
    this.region = facts.region;
  }

  get userAgent(): string | undefined {
    return this.#header('user-agent');
  }
  get referer(): string | undefined {
    return this.#header('referer');
  }
  get signedIn(): RequestEnvironment['signedIn'] {
    const { principal, message } = this.#facts;
    if (principal.kind === 'anonymous') return undefined;
    // A form is signed in its fields, whatever its head says.
    return message.form !== undefined || headerOf(message.headers, 'authorization') === undefined ? 'query' : 'header';
  }
  get saysPayer(): boolean {
    return (this.#header('x-oss-request-payer') ?? queryOf(this.#facts.message.query, 'x-oss-request-payer')) === 'requester';
  }
  get prefix(): string | undefined {
    return this.#ofList('prefix');
  }
  get delimiter(): string | undefined {
    return this.#ofList('delimiter');
  }
  get requestTags(): RequestEnvironment['requestTags'] {
    return requestTagsOf(this.#facts);
  }
  get acl(): string | undefined {
    return textOf(this.#facts.request['acl']);
  }

  #header(name: string): string | undefined {
    const value = headerOf(this.#facts.message.headers, name);
    return value === undefined ? undefined : (headerText(value) ?? value);
  }
  #ofList(name: string): string | undefined {
    return lists.has(this.#facts.definition.name) ? (textOf(this.#facts.request[name]) ?? '') : undefined;
  }
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
