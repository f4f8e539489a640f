import type { RequestMessage } from '../message.ts';

/**
 * The path that every version signs: `/`, `/bucket/` or `/bucket/key`. It is the logical one, not that of the URL: virtual-hosted,
 * path-style and bound domains all sign the same.
 */
export function canonicalPath(message: RequestMessage): string {
  return message.bucket === undefined ? '/' : `/${message.bucket}/${message.key ?? ''}`;
}
