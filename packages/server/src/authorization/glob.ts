/** A pattern with `*` (any text, also none) and `?` (one character), compiled. */
export type Glob = (text: string) => boolean;

/**
 * The pieces between the asterisks are looked for from left to right, each at its first place: nothing is ever tried again, so that a pattern costs at
 * most its length times that of the text, whoever wrote it.
 */
export function compileGlob(pattern: string): Glob {
  if (!pattern.includes('*')) {
    return pattern.includes('?') ? (text) => text.length === pattern.length && fitsAt(text, pattern, 0) : (text) => text === pattern;
  }
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  if (first === '' && last === '' && middle.length === 0) return () => true;
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !fitsAt(text, first, 0) || !fitsAt(text, last, end)) return false;
    let at = first.length;
    for (const piece of middle) {
      const found = find(text, piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

function find(text: string, piece: string, from: number): number {
  if (!piece.includes('?')) return text.indexOf(piece, from);
  for (let at = from; at + piece.length <= text.length; at++) if (fitsAt(text, piece, at)) return at;
  return -1;
}

function fitsAt(text: string, piece: string, at: number): boolean {
  if (!piece.includes('?')) return text.startsWith(piece, at);
  for (let i = 0; i < piece.length; i++) {
    const wanted = piece.charCodeAt(i);
    if (wanted !== questionMark && wanted !== text.charCodeAt(at + i)) return false;
  }
  return true;
}

const questionMark = '?'.charCodeAt(0);
