/**
 * JSON texts of an upstream's reply, such as a string with its quotes, and what the caller is to read in
 * their place. What a model writes cannot be taken for one: there the quotes are escaped.
 */
export type Replacements = ReadonlyMap<string, string>;

/** Replaces in bytes read as Latin-1. */
export class Replacer {
  private readonly pairs: readonly (readonly [from: string, to: string])[];

  constructor(replacements: Replacements) {
    this.pairs = [...replacements].map(([from, to]) => [from, asLatin1(to)]);
  }

  replace(latin1: string): string {
    let text = latin1;
    for (const [from, to] of this.pairs) {
      const at = text.indexOf(from);
      if (at !== -1) text = replaceFrom(text, at, from, to);
    }
    return text;
  }
}

/** In a whole body; the same one where there is nothing to replace. */
export function replaceInBody(body: Buffer, replacements: Replacements): Buffer {
  const found = [...replacements.keys()].some((from) => body.includes(from));
  if (!found) return body;
  return Buffer.from(new Replacer(replacements).replace(body.toString('latin1')), 'latin1');
}

/** `replaceAll` is slower where there is one, as in an event of a stream. */
function replaceFrom(text: string, first: number, from: string, to: string): string {
  let replaced = '';
  let done = 0;
  for (let at = first; at !== -1; at = text.indexOf(from, done)) {
    replaced += text.slice(done, at) + to;
    done = at + from.length;
  }
  return replaced + text.slice(done);
}

function asLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
