import { MAX_DIRECTED_TOKENS } from '../bounds.js';

/** What a prompt asks of the sandbox with `[[name]]` or `[[name=value]]` in its text. */
export interface Directives {
  /** `[[tokens=N]]`: visible output tokens. */
  tokens?: number;
  /** `[[reasoning=N]]`: reasoning tokens, where reasoning is asked for. */
  reasoning?: number;
  /** `[[say=TEXT]]`: the visible text itself. */
  say?: string;
  /** `[[input=TEXT]]`: what a tool is called with: its JSON, its raw input, or its only argument. */
  input?: string;
  /** `[[whole]]`: a stream sends the visible text in one piece. */
  whole?: boolean;
  /** `[[refuse]]`: the model refuses. */
  refuse?: boolean;
}

const OPENING = /\[\[(tokens|reasoning|say|input|whole|refuse)(=|\]\])/g;
const MAX_VALUE_CHARS = 4096;

/** Adds the directives found in `text` to `directives`; a later one wins. */
export function readDirectives(text: string, directives: Directives): void {
  for (const match of text.matchAll(OPENING)) {
    const [opening, name, mark] = match;
    if (name === 'refuse' || name === 'whole') {
      directives[name] = true;
      continue;
    }
    const start = match.index + opening.length;
    const value = mark === '=' ? valueFrom(text.slice(start, start + MAX_VALUE_CHARS)) : undefined;
    if (value === undefined) continue;
    if (name === 'say' || name === 'input') directives[name] = value;
    else if (/^\d{1,9}$/.test(value)) {
      directives[name as 'tokens' | 'reasoning'] = Math.min(Number(value), MAX_DIRECTED_TOKENS);
    }
  }
}

/** The text up to the `]]` that closes the directive: brackets within a value are in pairs. */
function valueFrom(text: string): string | undefined {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '[') depth += 1;
    if (text[index] !== ']') continue;
    if (depth > 0) depth -= 1;
    else if (text[index + 1] === ']') return text.slice(0, index);
  }
  const end = text.indexOf(']]');
  return end < 0 ? undefined : text.slice(0, end);
}
