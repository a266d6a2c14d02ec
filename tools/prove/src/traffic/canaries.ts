import { randomBytes, randomInt } from 'node:crypto';

/** Texts that occur nowhere else: what requests say, and what they are answered. */
export interface Canaries {
  /** Which requests say them. */
  of: string;
  asked: string;
  answered: string;
  /** The pieces in which streams have said the answer, as they came. */
  pieces: Set<string>;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz';
const answeredLetters = 60;
/** A shorter piece of random letters could be somewhere by chance. */
const leastPieceLetters = 12;

export function newCanaries(of: string): Canaries {
  const letters = Array.from({ length: answeredLetters }, () => alphabet[randomInt(26)]);
  return {
    of,
    // Each encoding makes another text of quotes, umlauts, and what base64url writes in another way.
    asked: `asked "${randomBytes(10).toString('hex')}" über??????`,
    answered: letters.join(''),
    pieces: new Set(),
  };
}

/** Notes in which pieces the answer came. */
export function notePieces({ answered, pieces }: Canaries, came: readonly string[]): void {
  for (const piece of came) {
    if (piece.length >= leastPieceLetters && answered.includes(piece)) pieces.add(piece);
  }
}

/** Each text, and what it is. */
export function textsOf({ of, asked, answered, pieces }: Canaries): Map<string, string> {
  return new Map([
    [asked, `${of}: prompt`],
    ...[...pieces].map((piece): [string, string] => [piece, `${of}: piece of a stream`]),
    [answered, `${of}: reply`],
  ]);
}
