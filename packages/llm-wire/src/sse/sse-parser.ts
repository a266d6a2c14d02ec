import { utf8 } from '../bytes.js';
import { MAX_SSE_EVENT_BYTES } from '../bounds.js';

const FIRST_NON_ASCII = 0x80;

export interface SseEvent {
  /** The event's name, or '' where it has none. */
  event: string;
  data: string;
}

/** An upstream that never ends an event. */
export class SseLimitError extends Error {
  override readonly name = 'SseLimitError';

  constructor() {
    super(`a server-sent event is longer than ${MAX_SSE_EVENT_BYTES} bytes`);
  }
}

/** Incremental parser: any chunking, any line ending, a byte order mark, split characters. */
export class SseParser {
  private readonly decoder = new TextDecoder();
  /** The decoder has seen the stream's first bytes, and holds no part of a character. */
  private betweenCharacters = false;
  /** The unfinished line, in pieces, so that a long line is joined once. */
  private pieces: string[] = [];
  private pendingChars = 0;
  private afterCarriageReturn = false;
  private event = '';
  private data: string[] = [];

  push(chunk: Uint8Array): SseEvent[] {
    return this.feed(this.decode(chunk));
  }

  /** The end of the stream. An event without its closing blank line still counts if it has data. */
  end(): SseEvent[] {
    const events = this.feed(this.decoder.decode());
    if (this.pieces.length > 0) this.line(this.takeLine(''), events);
    this.line('', events);
    return events;
  }

  /** Most chunks end with a line: those need no decoder that remembers, which costs several times as much. */
  private decode(chunk: Uint8Array): string {
    const last = chunk[chunk.length - 1];
    if (last === undefined) return '';
    const endsCharacter = last < FIRST_NON_ASCII;
    if (this.betweenCharacters && endsCharacter) return utf8(chunk);
    this.betweenCharacters = endsCharacter;
    return this.decoder.decode(chunk, { stream: true });
  }

  private feed(decoded: string): SseEvent[] {
    const events: SseEvent[] = [];
    let text = decoded;
    if (text.length === 0) return events;
    if (this.afterCarriageReturn && text.startsWith('\n')) text = text.slice(1);
    this.afterCarriageReturn = decoded.endsWith('\r');
    let from = 0;
    const hasReturns = text.includes('\r');
    for (;;) {
      const end = lineEnd(text, from, hasReturns);
      if (end === -1) break;
      this.line(this.takeLine(text.slice(from, end)), events);
      from = end + (text.startsWith('\r\n', end) ? 2 : 1);
    }
    if (from < text.length) this.keep(text.slice(from));
    return events;
  }

  private keep(piece: string): void {
    this.pieces.push(piece);
    this.count(piece.length);
  }

  private count(chars: number): void {
    this.pendingChars += chars;
    if (this.pendingChars > MAX_SSE_EVENT_BYTES) throw new SseLimitError();
  }

  private takeLine(last: string): string {
    this.count(last.length);
    if (this.pieces.length === 0) return last;
    const line = this.pieces.join('') + last;
    this.pieces = [];
    return line;
  }

  private line(line: string, events: SseEvent[]): void {
    if (line === '') {
      if (this.data.length > 0) events.push({ event: this.event, data: this.data.join('\n') });
      this.event = '';
      this.data = [];
      this.pendingChars = 0;
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const start = line.startsWith(' ', colon + 1) ? colon + 2 : colon + 1;
    const value = colon === -1 ? '' : line.slice(start);
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
  }
}

function lineEnd(text: string, from: number, hasReturns: boolean): number {
  const feed = text.indexOf('\n', from);
  if (!hasReturns) return feed;
  const carriage = text.indexOf('\r', from);
  if (feed === -1 || carriage === -1) return Math.max(feed, carriage);
  return Math.min(feed, carriage);
}
