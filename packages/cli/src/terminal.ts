/** What a command says and where: data to standard output, everything for a person to standard error. */
export interface Terminal {
  /** One line of data. */
  print(line: string): void;
  /** One line for a person. */
  say(line: string): void;
  /** Whether somebody watches standard error, so that a progress bar makes sense. */
  readonly isWatched: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts when the command is to end. */
  readonly signal: AbortSignal;
}

/** Text with every control character written out: names are anybody's, and must not steer the terminal that shows them. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
