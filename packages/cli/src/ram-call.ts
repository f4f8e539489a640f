import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from './connection.ts';
import { type RpcCaller, recordMember, recordsMember, textMember, withRpc } from './rpc-call.ts';
import { type Terminal, visible } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Users, keys, policies and roles of the account. */
export const ramService = { name: 'ram', version: '2015-05-01' } as const;
/** Temporary credentials, and who one is. */
export const stsService = { name: 'sts', version: '2015-04-01' } as const;

export type RpcDocument = Readonly<Record<string, unknown>>;

/** Every item of a list of RAM, which answers it page by page: `ListUsers` → `Users` → `User`. */
export async function listAll(call: RpcCaller, action: string, list: string, item: string): Promise<readonly RpcDocument[]> {
  const items: RpcDocument[] = [];
  let marker: string | undefined;
  do {
    const answer = await call(action, { MaxItems: '1000', ...(marker === undefined ? {} : { Marker: marker }) });
    items.push(...recordsMember(recordMember(answer, list), item));
    marker = answer['IsTruncated'] === true ? textMember(answer, 'Marker') : undefined;
  } while (marker !== undefined);
  return items;
}

/** A member as a person may see it; '' where it is none. */
export function shownMember(record: RpcDocument, name: string): string {
  const value = record[name];
  return typeof value === 'number' ? String(value) : visible(textMember(record, name) ?? '');
}

/** One line for each fact that there is. */
export function printFacts(terminal: Terminal, record: RpcDocument, facts: readonly (readonly [label: string, name: string])[]): void {
  for (const [label, name] of facts) {
    const value = shownMember(record, name);
    if (value !== '') terminal.print(`${label.padEnd(16)} ${value}`);
  }
}

/** The text of a file; `-` is standard input. */
export async function readDocument(file: string): Promise<string> {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new UsageError(`${file} cannot be read (${reason}).`);
  }
}

/** The number of the account that the keys belong to. */
export async function accountIdOf(options: ConnectionOptions, terminal: Terminal): Promise<string> {
  let id = '';
  await withRpc(options, stsService, terminal, async (call) => {
    id = textMember(await call('GetCallerIdentity'), 'AccountId') ?? '';
  });
  return id;
}
