import type { JsMsg } from '@nats-io/jetstream';

/** Messages that have arrived and wait for the worker. The server's max_ack_pending bounds it. */
export class MessageQueue {
  private messages: JsMsg[] = [];
  private closed = false;
  private wake: (() => void) | undefined;

  get waiting(): readonly JsMsg[] {
    return this.messages;
  }

  /** False where the queue is closed. */
  push(message: JsMsg): boolean {
    if (this.closed) return false;
    this.messages.push(message);
    this.wake?.();
    return true;
  }

  /** Up to `max` messages: at least one, waiting at most `maxWaitMs` for more; none once closed. */
  async take(max: number, maxWaitMs: number): Promise<JsMsg[]> {
    while (this.messages.length === 0) {
      if (this.closed) return [];
      await this.arrival();
    }
    const giveUpAt = performance.now() + maxWaitMs;
    while (this.messages.length < max && !this.closed) {
      const leftMs = giveUpAt - performance.now();
      if (leftMs <= 0) break;
      await this.arrival(leftMs);
    }
    return this.messages.splice(0, max);
  }

  /** Ends the queue; the messages that nobody took. */
  close(): JsMsg[] {
    this.closed = true;
    const left = this.messages;
    this.messages = [];
    this.wake?.();
    return left;
  }

  private arrival(timeoutMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer =
        timeoutMs === undefined ? undefined : setTimeout(() => this.wake?.(), timeoutMs);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }
}
