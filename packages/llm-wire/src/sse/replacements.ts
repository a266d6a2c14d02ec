/**
 * JSON texts of an upstream's reply, such as a string with its quotes, and what the caller is to read in
 * their place. What a model writes cannot be taken for one: there the quotes are escaped.
 */
export type Replacements = ReadonlyMap<string, string>;

/** In bytes read as Latin-1. */
export function replaceIn(latin1: string, replacements: Replacements): string {
  let text = latin1;
  for (const [from, to] of replacements) {
    if (text.includes(from)) text = text.replaceAll(from, () => asLatin1(to));
  }
  return text;
}

/** In a whole body; the same one where there is nothing to replace. */
export function replaceInBody(body: Buffer, replacements: Replacements): Buffer {
  const found = [...replacements.keys()].some((from) => body.includes(from));
  if (!found) return body;
  return Buffer.from(replaceIn(body.toString('latin1'), replacements), 'latin1');
}

function asLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
