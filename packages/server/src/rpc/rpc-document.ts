import { escapeAnswer } from '@ossature/protocol';
import type { RpcRecord, RpcValue } from './rpc-action.ts';

export type RpcFormat = 'JSON' | 'XML';

/** The document of an answer: JSON, or XML under the root. */
export function rpcDocument(format: RpcFormat, root: string, members: RpcRecord): Uint8Array {
  const text =
    format === 'JSON' ? JSON.stringify(members) : `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${elements(members)}</${root}>\n`;
  return new TextEncoder().encode(text);
}

function elements(record: RpcRecord): string {
  return Object.entries(record)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, value: RpcValue): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((item) => element(name, item)).join('');
  const content = typeof value === 'object' ? elements(value) : escapeAnswer(String(value));
  return `<${name}>${content}</${name}>`;
}

function isList(value: RpcValue): value is readonly RpcValue[] {
  return Array.isArray(value);
}
