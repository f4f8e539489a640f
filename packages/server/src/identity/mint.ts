import type { Random } from '@ossature/store';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits, each as likely as the others. */
export function mintText(length: number, random: Random): string {
  return mintOf(letters, length, random);
}

/** 18 digits that begin with `first`: the number of a user or a role. */
export function mintNumber(first: '2' | '3', random: Random): string {
  return first + mintOf('0123456789', 17, random);
}

function mintOf(alphabet: string, length: number, random: Random): string {
  const unbiased = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length)) {
      if (byte < unbiased && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
