import { tokenize } from './tokenizer.js';

const WORDS =
  `the a one each every small large quiet early clear warm steady simple plain narrow open
  river garden window letter market signal engine harbor forest meadow table paper number story
  system method answer reason measure result pattern question model network record balance
  holds keeps moves turns shows finds brings grows reads writes counts carries follows returns
  slowly often again nearly always seldom together along under over near after before between
  and but so while because until although where when with without from into toward beyond`
    .split(/\s+/)
    .map((word) => tokenize(` ${word}`));

const MIN_SENTENCE_WORDS = 6;
const SENTENCE_WORDS_SPREAD = 9;

/** Exactly `count` tokens of plain English-looking text, drawn from `random`. */
export function prose(random: () => number, count: number): string[] {
  const tokens: string[] = [];
  let wordsLeft = 0;
  while (tokens.length < count) {
    if (wordsLeft === 0) {
      if (tokens.length > 0) tokens.push('.');
      wordsLeft = MIN_SENTENCE_WORDS + Math.floor(random() * SENTENCE_WORDS_SPREAD);
      tokens.push(tokens.length > 0 ? ' The' : 'The');
    }
    const word = WORDS[Math.floor(random() * WORDS.length)] as string[];
    for (const token of word) tokens.push(token);
    wordsLeft -= 1;
  }
  tokens.length = count;
  return tokens;
}
