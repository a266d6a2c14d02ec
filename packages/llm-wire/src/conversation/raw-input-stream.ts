const OPENING = /^\s*\{\s*"input"\s*:\s*"/;
/** What an opening can be so far; more than this and it is none. */
const MAX_OPENING_CHARS = 256;

/**
 * Takes the streamed arguments of a function `{"input": "…"}` and gives the raw text, as it comes.
 * Arguments of any other shape are given as they are: a model's mistake must reach its agent.
 */
export class RawInputStream {
  private pending = '';
  private state: 'opening' | 'text' | 'closed' | 'other' = 'opening';

  push(json: string): string {
    this.pending += json;
    if (this.state === 'opening') this.open();
    if (this.state === 'other') return this.take(this.pending.length);
    return this.state === 'text' ? this.text() : '';
  }

  /** What is left when the call ends. */
  end(): string {
    return this.state === 'opening' && this.pending.trim() !== '{}' ? this.pending : '';
  }

  private open(): void {
    const match = OPENING.exec(this.pending);
    if (match !== null) {
      this.take(match[0].length);
      this.state = 'text';
    } else if (!couldOpen(this.pending)) {
      this.state = 'other';
    }
  }

  /** The decoded text up to the closing quote or to an escape that is not whole yet. */
  private text(): string {
    const end = /^(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*/.exec(this.pending)![0].length;
    let raw = this.take(end);
    if (this.pending.startsWith('"')) {
      this.state = 'closed';
      this.pending = '';
    } else {
      raw = this.keepHighSurrogate(raw);
    }
    return decode(raw);
  }

  /** A surrogate pair spelled as two escapes is given in one piece. */
  private keepHighSurrogate(raw: string): string {
    const high = /\\u[dD][89abAB][0-9a-fA-F]{2}$/.exec(raw);
    if (high === null || !isEscape(raw, high.index)) return raw;
    this.pending = high[0] + this.pending;
    return raw.slice(0, high.index);
  }

  private take(chars: number): string {
    const taken = this.pending.slice(0, chars);
    this.pending = this.pending.slice(chars);
    return taken;
  }
}

/** Whether the backslash at `index` begins an escape rather than ending `\\`. */
function isEscape(raw: string, index: number): boolean {
  let before = 0;
  while (raw[index - 1 - before] === '\\') before++;
  return before % 2 === 0;
}

function couldOpen(text: string): boolean {
  const compact = text.replaceAll(/\s/g, '');
  if (text.length > MAX_OPENING_CHARS) return false;
  return compact === '{}' || '{"input":"'.startsWith(compact);
}

function decode(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}
