// Doc comments of the operations' sources. Types and comments are gone from what is built; this reads them back, with a scanner that knows no more of TypeScript than
// object literals, calls, names, texts and comments: all that a table of operations is written in.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The constants of every file of a folder. A constant's value is `{ objects, names }`: the object literals in it (those of calls included), and the
 * names that it uses. An object literal is `{ entries, spreads }`; an entry has its doc comment and its value.
 */
export function readSources(folder) {
  const files = new Map();
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.ts') || name.includes('.test.')) continue;
    files.set(name, readConstants(tokensOf(readFileSync(join(folder, name), 'utf8'))));
  }
  return files;
}

/** The entry of a name in a value: in its own literals, in what they spread, in what the names that it uses stand for. */
export function findEntry(sources, file, value, name, seen = new Set()) {
  if (value === undefined || seen.has(value)) return undefined;
  seen.add(value);
  for (const { entries, spreads } of value.objects) {
    const own = entries.get(name);
    if (own !== undefined) return { file, ...own };
    for (const spread of spreads) {
      const found = findEntry(sources, file, spread, name, seen);
      if (found !== undefined) return found;
    }
  }
  for (const used of value.names) {
    const target = resolve(sources, file, used);
    const found = target === undefined ? undefined : findEntry(sources, target.file, target.value, name, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An entry's comment: its own, else that of what it is named after. */
export function docOf(sources, entry) {
  if (entry === undefined || entry.doc !== undefined) return entry?.doc;
  for (const used of entry.value?.names ?? []) {
    const target = resolve(sources, entry.file, used);
    if (target?.doc !== undefined) return target.doc;
  }
  return undefined;
}

/** What a name stands for, dots followed: a constant of the file, or of another one. */
export function resolve(sources, file, name) {
  const [first, ...rest] = name.split('.');
  const home = sources.get(file)?.has(first) ? file : [...sources.keys()].find((other) => sources.get(other).has(first));
  if (home === undefined) return undefined;
  let found = { file: home, ...sources.get(home).get(first) };
  for (const part of rest) {
    found = findEntry(sources, found.file, found.value, part);
    if (found === undefined) return undefined;
  }
  return found;
}

function tokensOf(text) {
  const tokens = [];
  const pattern =
    /\/\*\*([\s\S]*?)\*\/|\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|=>|\.\.\.|\d[\d_]*|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|\S/g;
  for (const match of text.matchAll(pattern)) {
    const [token, comment] = match;
    if (comment !== undefined) tokens.push({ kind: 'doc', text: plain(comment) });
    else if (/^\/[/*]/.test(token)) continue;
    else if (/^['"`]/.test(token)) tokens.push({ kind: 'text', text: token.slice(1, -1) });
    else if (/^[A-Za-z_$]/.test(token)) tokens.push({ kind: 'name', text: token });
    else if (/^\d/.test(token)) tokens.push({ kind: 'number', text: token });
    else tokens.push({ kind: 'mark', text: token });
  }
  return tokens;
}

function plain(comment) {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim())
    .join(' ')
    .trim();
}

function readConstants(tokens) {
  const constants = new Map();
  let doc;
  for (let i = 0; i < tokens.length; i++) {
    const { kind, text } = tokens[i];
    if (kind === 'doc') doc = text;
    else if (kind === 'name' && text === 'const' && tokens[i + 1]?.kind === 'name') {
      const name = tokens[i + 1].text;
      const equals = tokens.findIndex((token, at) => at > i && token.text === '=');
      const reader = new Reader(tokens, equals + 1);
      const value = reader.value(';');
      constants.set(name, { doc, value });
      doc = undefined;
      i = reader.at;
    } else if (kind !== 'name' || text !== 'export') doc = undefined;
  }
  return constants;
}

const closing = { '(': ')', '[': ']', '{': '}' };

class Reader {
  constructor(tokens, at) {
    this.tokens = tokens;
    this.at = at;
  }

  /** Up to one of the ends, which is left standing. */
  value(...ends) {
    const value = { objects: [], names: [] };
    for (; this.at < this.tokens.length; this.at++) {
      const { kind, text } = this.tokens[this.at];
      if (kind === 'mark' && ends.includes(text)) break;
      if (kind === 'name') value.names.push(text);
      if (kind !== 'mark') continue;
      if (text === '=>' && this.tokens[this.at + 1]?.text === '{') {
        this.at += 1;
        this.skip();
      } else if (text === '{') value.objects.push(this.object());
      else if (text === '(' || text === '[') {
        this.at += 1;
        while (this.tokens[this.at] !== undefined && this.tokens[this.at].text !== closing[text]) {
          const inner = this.value(',', closing[text]);
          value.objects.push(...inner.objects);
          value.names.push(...inner.names);
          if (this.tokens[this.at]?.text === ',') this.at += 1;
        }
      }
    }
    return value;
  }

  /** From its opening brace on; ends on its closing one. */
  object() {
    const entries = new Map();
    const spreads = [];
    let doc;
    this.at += 1;
    while (this.at < this.tokens.length) {
      const { kind, text } = this.tokens[this.at];
      if (kind === 'mark' && text === '}') break;
      if (kind === 'doc') {
        doc = text;
        this.at += 1;
      } else if (kind === 'mark' && text === '...') {
        this.at += 1;
        spreads.push(this.value(',', '}'));
        doc = undefined;
      } else if (kind !== 'mark' && this.tokens[this.at + 1]?.text === ':') {
        this.at += 2;
        entries.set(text, { doc, value: this.value(',', '}') });
        doc = undefined;
      } else if (kind === 'name' && /^[,}]$/.test(this.tokens[this.at + 1]?.text ?? '')) {
        entries.set(text, { doc, value: { objects: [], names: [text] } });
        doc = undefined;
        this.at += 1;
      } else this.at += 1;
    }
    return { entries, spreads };
  }

  /** A block: nothing in it is looked at. */
  skip() {
    let depth = 0;
    for (; this.at < this.tokens.length; this.at++) {
      const { kind, text } = this.tokens[this.at];
      if (kind !== 'mark') continue;
      if (text === '{') depth += 1;
      else if (text === '}') depth -= 1;
      if (depth === 0) return;
    }
  }
}
