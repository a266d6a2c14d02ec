import { MAX_HELD_BACK_CHARS, MAX_REPLY_PARTS } from '../bounds.js';
import type { OpenPart, ReplyEvent } from './events.js';
import { WireReplyError } from './reply.js';

interface PendingPart {
  key: string;
  held: ReplyEvent[];
  closed: boolean;
}

/**
 * Puts parts that an upstream sends overlapping one after the other: the first open part flows, the
 * others wait until it has closed. Anthropic's clients reject overlapping blocks.
 */
export class PartSequencer {
  private parts: PendingPart[] = [];
  private opened = 0;
  private heldChars = 0;

  isOpen(key: string): boolean {
    return this.parts.some((part) => part.key === key && !part.closed);
  }

  open(key: string, part: OpenPart): ReplyEvent[] {
    if (++this.opened > MAX_REPLY_PARTS) throw new WireReplyError('the reply has too many parts');
    const pending = { key, held: [], closed: false };
    this.parts.push(pending);
    return this.emit(pending, { type: 'open', part });
  }

  /** An event of an open part; nothing where the part is not open. */
  add(key: string, event: ReplyEvent): ReplyEvent[] {
    const part = this.parts.find((candidate) => candidate.key === key && !candidate.closed);
    return part === undefined ? [] : this.emit(part, event);
  }

  close(key: string): ReplyEvent[] {
    const part = this.parts.find((candidate) => candidate.key === key && !candidate.closed);
    if (part === undefined) return [];
    const events = this.emit(part, { type: 'close' });
    part.closed = true;
    if (this.parts[0] === part) events.push(...this.advance());
    return events;
  }

  closeAll(): ReplyEvent[] {
    return this.parts
      .filter(({ closed }) => !closed)
      .map(({ key }) => key)
      .flatMap((key) => this.close(key));
  }

  private advance(): ReplyEvent[] {
    const events: ReplyEvent[] = [];
    while (this.parts[0]?.closed) {
      this.parts.shift();
      const next = this.parts[0];
      if (next === undefined) break;
      events.push(...next.held);
      next.held = [];
    }
    return events;
  }

  private emit(part: PendingPart, event: ReplyEvent): ReplyEvent[] {
    if (this.parts[0] === part) return [event];
    if (event.type === 'delta') this.heldChars += event.text.length;
    if (this.heldChars > MAX_HELD_BACK_CHARS) {
      throw new WireReplyError('the upstream overlaps too much output');
    }
    part.held.push(event);
    return [];
  }
}
