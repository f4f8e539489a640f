import { encodeBase64 } from '../base64.ts';
import type { Digests } from '../digests.ts';
import { encodeHex } from '../hex.ts';
import type { RequestMessage } from '../message.ts';
import { stringToSignV1 } from './canonical-v1.ts';
import { stringToSignV2 } from './canonical-v2.ts';
import { canonicalRequestV4, type Scope, stringToSignV4 } from './canonical-v4.ts';
import { signingKeyV4 } from './signing-key.ts';

/** What a signature depends on beside the message and the secret. A claim is of this form, too. */
export type SignatureFacts =
  | {
      readonly version: 'V1';
      readonly date: string;
      /** Of a form: base64, and all that is signed. */
      readonly policy?: string | undefined;
    }
  | { readonly version: 'V2'; readonly date: string; readonly additionalHeaders: readonly string[] }
  | {
      readonly version: 'V4';
      readonly date: string;
      readonly additionalHeaders: readonly string[];
      readonly scope: Scope;
      /** Of a form: base64, and all that is signed. */
      readonly policy?: string | undefined;
      /** See `CanonicalQueryOptions`. */
      readonly keepEmptyValues?: boolean | undefined;
    };

export interface ComputedSignature {
  /** As it stands in the request: base64 in V1 and V2, lower-case hex in V4. */
  readonly signature: string;
  readonly stringToSign: string;
  /** V4 only. */
  readonly canonicalRequest?: string;
}

/** The signature of a message; signing and verifying both take it from here. */
export function computeSignature(digests: Digests, message: RequestMessage, facts: SignatureFacts, secret: string): ComputedSignature {
  switch (facts.version) {
    case 'V1': {
      const stringToSign = facts.policy ?? stringToSignV1(message, facts.date);
      return { signature: encodeBase64(digests.hmac('sha1', secret, stringToSign)), stringToSign };
    }
    case 'V2': {
      const stringToSign = stringToSignV2(message, facts.date, facts.additionalHeaders);
      return { signature: encodeBase64(digests.hmac('sha256', secret, stringToSign)), stringToSign };
    }
    case 'V4': {
      if (facts.policy !== undefined) {
        const key = signingKeyV4(digests, secret, facts.scope);
        return { signature: encodeHex(digests.hmac('sha256', key, facts.policy)), stringToSign: facts.policy };
      }
      const canonicalRequest = canonicalRequestV4(message, facts.additionalHeaders, facts);
      const stringToSign = stringToSignV4(digests, canonicalRequest, facts.date, facts.scope);
      const key = signingKeyV4(digests, secret, facts.scope);
      return { signature: encodeHex(digests.hmac('sha256', key, stringToSign)), stringToSign, canonicalRequest };
    }
  }
}
