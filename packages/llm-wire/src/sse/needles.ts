import type { WireFormat } from '../wire-format.js';

/**
 * Patterns that tell whether an event is worth parsing. Inside a JSON string a quote is escaped, so a
 * key with its quotes cannot be matched by what a model says. All texts here are bytes read as
 * Latin-1: one native call makes one, and every search after it is cheap.
 */
interface Needle {
  text: string;
  /** The first character of the value that makes the match count, or undefined for any match. */
  value?: string;
}

const ERROR: Needle = { text: '"error"' };

const NEEDLES: Readonly<Record<WireFormat, readonly Needle[]>> = {
  chat: [
    { text: '"finish_reason":', value: '"' },
    { text: '"usage":', value: '{' },
    { text: '[DONE]' },
    ERROR,
  ],
  messages: [{ text: '"message_' }, ERROR],
  responses: [
    { text: '"response.completed"' },
    { text: '"response.incomplete"' },
    { text: '"response.failed"' },
    ERROR,
  ],
};

export function mayHoldFacts(format: WireFormat, latin1: string): boolean {
  for (const { text, value } of NEEDLES[format]) {
    let at = latin1.indexOf(text);
    if (value === undefined && at !== -1) return true;
    for (; at !== -1; at = latin1.indexOf(text, at + 1)) {
      if (latin1[valueStart(latin1, at + text.length)] === value) return true;
    }
  }
  return false;
}

/** Ends of keys whose string values are output. */
const OUTPUT_KEYS: Readonly<Record<WireFormat, readonly string[]>> = {
  chat: ['content":', '"reasoning":', '"arguments":'],
  messages: ['"text":', '"partial_json":', '"thinking":'],
  responses: ['"delta":'],
};

/** Counts the output in delta events: bytes as JSON spells them, and deltas that hold any. */
export class OutputMeter {
  bytes = 0;
  deltas = 0;

  constructor(private readonly format: WireFormat) {}

  add(latin1: string): void {
    for (const key of OUTPUT_KEYS[this.format]) {
      let at = latin1.indexOf(key);
      for (; at !== -1; at = latin1.indexOf(key, at + key.length)) {
        const start = valueStart(latin1, at + key.length);
        if (latin1[start] === '"') this.string(latin1, start + 1);
      }
    }
  }

  private string(latin1: string, start: number): void {
    let end = latin1.indexOf('"', start);
    while (end !== -1 && isEscaped(latin1, end)) end = latin1.indexOf('"', end + 1);
    if (end <= start) return;
    this.bytes += end - start;
    this.deltas++;
  }
}

function valueStart(latin1: string, from: number): number {
  let at = from;
  while (latin1[at] === ' ') at++;
  return at;
}

function isEscaped(latin1: string, quote: number): boolean {
  let backslashes = 0;
  while (latin1[quote - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
