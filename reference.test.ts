/** The reference pages are what the table of operations makes them: a page that was left behind, or written by hand, fails here. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const root = dirname(fileURLToPath(import.meta.url));

interface Generator {
  referencePages(): Promise<ReadonlyMap<string, string>>;
}

describe('docs/reference', () => {
  let pages: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const generator = (await import(pathToFileURL(join(root, 'scripts/reference.mjs')).href)) as Generator;
    pages = await generator.referencePages();
  });

  it('is what the table of operations makes it (else: `npm run reference`)', () => {
    const stale = [...pages].filter(([path, text]) => readOrNothing(join(root, path)) !== text).map(([path]) => path);
    expect(stale).toEqual([]);
    const extra = readdirSync(join(root, 'docs/reference/operations')).filter((name) => !pages.has(`docs/reference/operations/${name}`));
    expect(extra).toEqual([]);
  });

  it('has the comments of members that stand in the operation, in a set that it spreads, and in an element', () => {
    const line = (page: string, ...parts: readonly string[]) =>
      pages
        .get(`docs/reference/operations/${page}.md`)
        ?.split('\n')
        .find((each) => parts.every((part) => each.includes(part))) ?? '';
    expect(line('object-read', '| `rangeBehavior` |')).toMatch(/\| .*clipped to the object.* \|$/);
    expect(line('copy', '| `ifNoneMatch` |')).toMatch(/\| Only when the source's ETag is not this.* \|$/);
    expect(line('lifecycle', '| `rules[].noncurrentVersionExpiration` |')).toMatch(/\| Removes older versions .* \|$/);
    expect(line('cors', '| `accessControlAllowOrigin` |')).toMatch(/\| The origin, or `\*`.* \|$/);
    expect(line('copy', 'In order of precedence')).toContain('404 `NoSuchBucket`, 403 `AccessDenied`');
    expect(line('copy', 'Permission:')).toContain('`oss:GetObjectTagging` where the source has tags');
  });
});

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
