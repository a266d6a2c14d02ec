import { Injectable } from '@nestjs/common';
import { mailboxBounds } from './bounds.js';
import type { Message } from './message.js';

/** The last mails that were sent, in memory. */
@Injectable()
export class Mailbox {
  private messages: Message[] = [];
  private lastId = 0;

  add(message: Omit<Message, 'id' | 'receivedAt'>): void {
    this.lastId += 1;
    this.messages.push({ ...message, id: this.lastId, receivedAt: new Date().toISOString() });
    if (this.messages.length > mailboxBounds.messages) this.messages.shift();
  }

  /** The newest first; `to`: those to one address. */
  list(to?: string): Message[] {
    const wanted = to?.toLowerCase();
    return this.messages
      .filter(
        (message) => wanted === undefined || message.to.some((one) => one.toLowerCase() === wanted),
      )
      .reverse();
  }

  find(id: number): Message | undefined {
    return this.messages.find((message) => message.id === id);
  }

  clear(): void {
    this.messages = [];
  }
}
