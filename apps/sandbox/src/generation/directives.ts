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
  /** `[[refuse]]`: the model refuses. */
  refuse?: boolean;
}

const DIRECTIVE = /\[\[(tokens|reasoning|say|input|refuse)(?:=([^\]]{0,4096}))?\]\]/g;

/** Adds the directives found in `text` to `directives`; a later one wins. */
export function readDirectives(text: string, directives: Directives): void {
  if (!text.includes('[[')) return;
  for (const [, name, value = ''] of text.matchAll(DIRECTIVE)) {
    if (name === 'refuse') directives.refuse = true;
    else if (name === 'say' || name === 'input') directives[name] = value;
    else if (/^\d{1,9}$/.test(value)) {
      directives[name as 'tokens' | 'reasoning'] = Math.min(Number(value), MAX_DIRECTED_TOKENS);
    }
  }
}
