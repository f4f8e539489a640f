/**
 * The repository's own rules as a test: layering, sizes, names, dead files. A rule that only a reviewer knows is soon broken.
 * Function lengths lean on the formatter: a function's last line is the first `}` at the indentation of its first.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = dirname(fileURLToPath(import.meta.url));
const fileLinesMax = 400;
const functionLinesMax = 70;

interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly isTest: boolean;
}

function sourceFiles(): readonly SourceFile[] {
  const found: SourceFile[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (['node_modules', 'dist', '.git', '.work', '.venv', 'data', 'coverage'].includes(entry.name)) continue;
      const full = join(folder, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (/\.(ts|mjs)$/.test(entry.name)) {
        const text = readFileSync(full, 'utf8');
        const path = relative(root, full).split(sep).join('/');
        found.push({
          path,
          text,
          lines: text.split('\n'),
          isTest: /\.test\.ts$|\.test\.support\.ts$|\/conformance[a-z-]*\.ts$|\/cases\//.test(path),
        });
      }
    }
  };
  walk(root);
  return found;
}

const files = sourceFiles();
const sources = files.filter((file) => file.path.startsWith('packages/') && file.path.includes('/src/'));

/** Which packages a package may import, itself aside. Tests of the server may join it to the client in memory. */
const layers: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  client: ['@ossature/protocol'],
  store: ['@ossature/protocol'],
  server: ['@ossature/protocol', '@ossature/store'],
  cli: ['@ossature/protocol', '@ossature/client'],
};
const allowedBeyond: readonly { readonly path: RegExp; readonly imports: readonly string[] }[] = [
  { path: /^packages\/server\/src\/.*\.test(\.support)?\.ts$/, imports: ['@ossature/client'] },
  { path: /^packages\/cli\/src\/commands\/serve\.ts$/, imports: ['@ossature/server'] },
  { path: /^packages\/cli\/src\/(index|.*\.test)\.ts$/, imports: ['@ossature/server'] },
];

function importsOf(file: SourceFile): readonly string[] {
  const found: string[] = [];
  for (const match of file.text.matchAll(/(?:^|\s)(?:from|import)\s*\(?\s*'([^']+)'/gm)) found.push(match[1] ?? '');
  for (const match of file.text.matchAll(/new URL\('([^']+)', import\.meta\.url\)/g)) found.push(match[1] ?? '');
  return found;
}

describe('layers', () => {
  it('imports go one way only', () => {
    const wrong: string[] = [];
    for (const file of sources) {
      const name = file.path.split('/')[1] ?? '';
      const allowed = new Set(layers[name]);
      // A test may import its own package as others do, to prove what it exports.
      if (file.isTest) allowed.add(`@ossature/${name}`);
      for (const rule of allowedBeyond) if (rule.path.test(file.path)) for (const extra of rule.imports) allowed.add(extra);
      for (const imported of importsOf(file)) {
        const target = imported.split('/').slice(0, 2).join('/');
        if ((target.startsWith('@ossature/') || target === 'ossature') && !allowed.has(target))
          wrong.push(`${file.path} imports ${imported}`);
        if (imported.startsWith('.')) {
          const resolved = join(dirname(file.path), imported).split(sep).join('/');
          if (!resolved.startsWith(`packages/${name}/`)) wrong.push(`${file.path} reaches out to ${imported}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('the protocol does no I/O', () => {
    const wrong = sources
      .filter((file) => file.path.startsWith('packages/protocol/') && !file.isTest && !file.path.endsWith('/digests-node.ts'))
      .filter((file) => importsOf(file).some((name) => name.startsWith('node:')))
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  it('examples see the client alone', () => {
    const wrong = files
      .filter((file) => file.path.startsWith('examples/') && !file.isTest)
      .filter((file) => importsOf(file).some((name) => name.startsWith('@ossature/') && name !== '@ossature/client'))
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });
});

describe('sizes', () => {
  it(`no file has more than ${fileLinesMax} lines`, () => {
    const wrong = files.filter((file) => file.lines.length > fileLinesMax + 1).map((file) => `${file.path}: ${file.lines.length}`);
    expect(wrong).toEqual([]);
  });

  it(`no function has more than ${functionLinesMax} lines`, () => {
    const wrong: string[] = [];
    for (const file of files.filter((each) => !each.isTest)) {
      file.lines.forEach((line, first) => {
        if (!startsFunction(line)) return;
        const indent = line.slice(0, line.length - line.trimStart().length);
        const end = file.lines.findIndex((later, i) => i > first && later.startsWith(`${indent}}`));
        if (end - first + 1 > functionLinesMax) wrong.push(`${file.path}:${first + 1} has ${end - first + 1} lines`);
      });
    }
    expect(wrong).toEqual([]);
  });
});

/** A line that opens a function, a method or an arrow function with a body. */
function startsFunction(line: string): boolean {
  if (!line.endsWith('{') && !line.endsWith('(')) return false;
  if (/^\s*(export )?(async )?function\b/.test(line)) return true;
  if (/=>\s*\{$/.test(line)) return true;
  return (
    /^\s+(async |static |readonly |override |private |get |set |\*)*[\w#[\].]+\(.*\).*\{$/.test(line) &&
    !/^\s*(if|for|while|switch|catch|return)\b/.test(line)
  );
}

describe('names', () => {
  it('no file or folder is called after nothing in particular', () => {
    const wrong = files
      .filter((file) => /(^|\/)(utils?|common|helpers?|types|misc|shared)(\/|\.ts$)/.test(file.path))
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  it('files are in kebab case', () => {
    const wrong = sources
      .filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.ts$/.test(file.path.split('/').at(-1) ?? ''))
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  const banned: readonly { readonly what: string; readonly pattern: RegExp; readonly inTests: boolean }[] = [
    {
      what: 'a class or interface named …Manager, …Impl, …Factory',
      pattern: /\b(class|interface) \w+(Manager|Impl|Factory)\b/,
      inTests: true,
    },
    { what: 'an interface named I…', pattern: /\binterface I[A-Z][a-z]/, inTests: true },
    { what: 'an enum', pattern: /^\s*(export )?(const )?enum /, inTests: true },
    { what: 'a namespace', pattern: /^\s*(export )?namespace /, inTests: true },
    { what: 'a default export', pattern: /^export default /, inTests: true },
    { what: 'a bare sort(): keys compare as bytes (compareKeys)', pattern: /\.(sort|toSorted)\(\)/, inTests: false },
    { what: 'localeCompare: keys compare as bytes (compareKeys)', pattern: /\.localeCompare\(/, inTests: true },
    { what: 'unfinished work', pattern: /\b(TODO|FIXME|XXX)\b/, inTests: true },
    { what: 'a test that alone runs', pattern: /\b(it|describe|test)\.only\(/, inTests: true },
    { what: 'a test that is skipped without a reason', pattern: /\b(it|describe|test)\.(skip|todo)\(/, inTests: true },
    { what: 'any', pattern: /(:|<|as) any\b/, inTests: false },
    { what: 'console output in a library', pattern: /\bconsole\.(log|error|warn)\(/, inTests: false },
  ];
  for (const rule of banned) {
    it(`nowhere: ${rule.what}`, () => {
      const wrong: string[] = [];
      for (const file of files) {
        if (file.path === 'tidy.test.ts' || file.path === 'vitest.config.ts' || (file.isTest && !rule.inTests)) continue;
        if (rule.what.startsWith('console') && !file.path.startsWith('packages/')) continue;
        file.lines.forEach((line, i) => {
          const comment = /^\s*(\/\/|\*|\/\*)/.test(line);
          const waived = (file.lines[i - 1] ?? '').includes('biome-ignore');
          if (!comment && !waived && rule.pattern.test(line)) wrong.push(`${file.path}:${i + 1}: ${line.trim()}`);
        });
      }
      expect(wrong).toEqual([]);
    });
  }
});

describe('dead files', () => {
  it('every source is imported, or is an entry', () => {
    const entries = /\/src\/(index|index\.browser|adapters|main|.*-worker|.*-child|digests-(node|browser))\.ts$/;
    const reached = new Set<string>();
    for (const file of files) {
      for (const imported of importsOf(file)) {
        if (imported.startsWith('.')) reached.add(join(dirname(file.path), imported).split(sep).join('/').replace(/\.js$/, '.ts'));
      }
    }
    const dead = sources
      .filter((file) => !/\.test\.ts$/.test(file.path) && !entries.test(file.path) && !reached.has(file.path))
      .map((file) => file.path);
    expect(dead).toEqual([]);
  });

  it('what the packages depend on is what they import', () => {
    const wrong: string[] = [];
    for (const name of Object.keys(layers)) {
      const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
        dependencies?: Record<string, string>;
      };
      const declared = Object.keys(manifest.dependencies ?? {});
      const own = sources.filter((file) => file.path.startsWith(`packages/${name}/`) && !file.isTest);
      const imported = new Set(
        own
          .flatMap(importsOf)
          .filter((each) => !each.startsWith('.') && !each.startsWith('node:'))
          .map(packageOf),
      );
      for (const each of imported) if (!declared.includes(each)) wrong.push(`${name} imports ${each} and does not declare it`);
      for (const each of declared) if (!imported.has(each)) wrong.push(`${name} declares ${each} and does not import it`);
    }
    expect(wrong).toEqual([]);
  });
});

function packageOf(specifier: string): string {
  return specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] ?? '');
}
