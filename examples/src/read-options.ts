import { parseArgs } from 'node:util';

/** What an option is for. A required one that is missing ends the program with the list of all. */
export interface OptionFacts {
  readonly help: string;
  readonly required?: true;
}

export type OptionTable = Readonly<Record<string, OptionFacts>>;

/** The values of a table of options: texts, required ones for certain. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends { readonly required: true } ? string : string | undefined;
};

/** Reads the command line: every option takes a value, `--bucket NAME`. Ends the program with status 1 where it does not fit. */
export function readOptions<const T extends OptionTable>(table: T): OptionValues<T> {
  const options = Object.fromEntries(Object.keys(table).map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ options });
    const missing = Object.keys(table).filter((name) => table[name]?.required && !values[name]);
    if (missing.length > 0) throw new Error(`Missing: ${missing.map((name) => `--${name}`).join(' ')}`);
    return values as OptionValues<T>;
  } catch (error) {
    const lines = Object.entries(table).map(
      ([name, facts]) => `  --${name.padEnd(28)} ${facts.help}${facts.required ? ' (required)' : ''}`,
    );
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nOptions:\n${lines.join('\n')}\n`);
    process.exit(1);
  }
}

/** A text that must be one of a few; `undefined` where the option was not given. */
export function oneOf<const T extends string>(name: string, text: string | undefined, values: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new Error(`--${name} is one of ${values.join(', ')}, not ${text}.`);
  return found;
}
