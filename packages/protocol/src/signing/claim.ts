import type { RequestMessage } from '../message.ts';
import type { Scope } from './canonical-v4.ts';

/** What reading a claim looks at. */
export type ClaimSource = Pick<RequestMessage, 'headers' | 'query' | 'form'>;

/** What a request says of its sender, before anybody has checked it. */
export type Claim = ClaimV1 | ClaimV2 | ClaimV4;

interface ClaimFacts {
  readonly accessKeyId: string;
  readonly signature: string;
  /** The security token of temporary credentials; never empty. */
  readonly token: string | undefined;
  /** The date as text, as it was signed; in presigned URLs of V1 and V2 that of the expiry. */
  readonly date: string;
}

/** In `Authorization`: good for 15 minutes around the time of the request. */
interface InHeader {
  readonly place: 'header';
  readonly requestTimeMs: number;
}

/** In a presigned URL: good until its expiry. */
interface InQuery {
  readonly place: 'query';
  readonly expiresAtMs: number;
}

/** A presigned URL of V4 is not good before it was made, but for the skew of clocks. */
interface InQueryV4 extends InQuery {
  readonly requestTimeMs: number;
}

/** In the fields of a form: what is signed is its policy alone, which says until when it is good and what the form may hold. */
interface InForm {
  readonly place: 'form';
  /** Base64, as it was sent. */
  readonly policy: string;
}

interface InFormV4 extends InForm {
  readonly requestTimeMs: number;
}

export type ClaimV1 = ClaimFacts & { readonly version: 'V1' } & (InHeader | InQuery | InForm);

export type ClaimV2 = ClaimFacts & {
  readonly version: 'V2';
  /** Lower-case names, as listed by the sender. */
  readonly additionalHeaders: readonly string[];
} & (InHeader | InQuery);

export type ClaimV4 = ClaimFacts & {
  readonly version: 'V4';
  readonly additionalHeaders: readonly string[];
  readonly scope: Scope;
} & (InHeader | InQueryV4 | InFormV4);
