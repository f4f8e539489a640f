import { formatHttpDate, type Judgement, quoteEtag, ServiceError } from '@ossature/protocol';
import type { StoredObject } from '@ossature/store';

/** Throws what an unmet condition is answered with: 304, or 412 naming the condition. */
export function throwUnmet(judgement: Judgement, object: StoredObject, options: { readonly ec?: string } = {}): void {
  if (judgement === 'pass') return;
  if (judgement === 'not-modified') {
    // RFC 9110 §15.4.5: what a cache needs to find the answer that it holds.
    throw new ServiceError('NotModified', {
      headers: { ETag: quoteEtag(object.etag), 'Last-Modified': formatHttpDate(object.lastModifiedMs) },
    });
  }
  throw new ServiceError('PreconditionFailed', { ec: options.ec, elements: { Condition: judgement.failed } });
}
