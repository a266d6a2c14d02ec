const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const SYMBOL = 4;
const SURROGATE = 5;

/** Longest run of each kind that is one token; English prose comes to about four bytes a token. */
const MAX_RUN = [1, 5, 3, 16, 3, 2] as const;

const ASCII_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-zA-Z]/.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return DIGIT;
  return character === ' ' ? SPACE : SYMBOL;
});

function kindOf(code: number): number {
  if (code < 128) return ASCII_KINDS[code] as number;
  return code >= 0xd800 && code <= 0xdfff ? SURROGATE : OTHER;
}

/** Index just after the token that starts at `start`. A token may carry one leading space. */
export function tokenEnd(text: string, start: number): number {
  let index = start;
  if (text.charCodeAt(index) === 32 && index + 1 < text.length) index += 1;
  const kind = kindOf(text.charCodeAt(index));
  const limit = Math.min(text.length, index + (MAX_RUN[kind] as number));
  index += 1;
  while (index < limit && kindOf(text.charCodeAt(index)) === kind) index += 1;
  return index;
}

/** The text cut into tokens; joined again they are the text. */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = tokenEnd(text, start);
    tokens.push(text.slice(start, end));
    start = end;
  }
  return tokens;
}
