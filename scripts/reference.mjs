// Writes docs/reference from the table of operations: `npm run reference`, on built code. `reference.test.ts` fails where the pages are not what this makes.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readSources } from './reference/doc-comments.mjs';
import { operationsIndex, operationsPage } from './reference/operation-pages.mjs';
import { supportPage } from './reference/support-page.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Every generated page: its path below the root, and its text. */
export async function referencePages() {
  const protocol = await import(pathToFileURL(join(root, 'packages/protocol/dist/index.js')).href);
  const documented = await import(pathToFileURL(join(root, 'packages/protocol/dist/documented.js')).href);
  const sources = readSources(join(root, 'packages/protocol/src/operations'));
  const groups = groupsOf(sources, protocol.operations);
  const pages = new Map();
  pages.set('docs/reference/operations.md', operationsIndex(groups));
  for (const group of groups) pages.set(`docs/reference/operations/${group.name}.md`, operationsPage(group, sources, protocol));
  pages.set('docs/reference/support.md', supportPage(protocol, documented, groups));
  return pages;
}

/** The operations by the file that they stand in, which is about one thing. */
function groupsOf(sources, operations) {
  const groups = [];
  const rest = new Set(Object.keys(operations));
  for (const [file, constants] of [...sources].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const own = [...constants.keys()].filter((key) => rest.has(key));
    if (own.length === 0) continue;
    for (const key of own) rest.delete(key);
    groups.push({
      name: file.replace(/\.ts$/, ''),
      file,
      operations: own.map((key) => ({ key, definition: operations[key], constant: constants.get(key) })),
    });
  }
  if (rest.size > 0) throw new Error(`No source was found of ${[...rest].join(', ')}.`);
  return groups;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = await referencePages();
  const folder = join(root, 'docs/reference/operations');
  mkdirSync(folder, { recursive: true });
  // A group that is gone takes its page along.
  for (const name of readdirSync(folder)) if (!pages.has(`docs/reference/operations/${name}`)) rmSync(join(folder, name));
  for (const [path, text] of pages) writeFileSync(join(root, path), text);
  process.stdout.write(`${pages.size} pages written to docs/reference\n`);
}
