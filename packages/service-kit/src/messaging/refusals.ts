import { JetStreamApiError, JetStreamError } from '@nats-io/jetstream';
import { NoRespondersError, RequestError, TimeoutError } from '@nats-io/nats-core';
import { messagingBounds } from './bounds.js';

interface Refusal {
  since: number;
  last: number;
  error: unknown;
}

/** What JetStream is asked for and does not do, though the server is there. Monotonic milliseconds. */
export class Refusals {
  private readonly byWhat = new Map<string, Refusal>();

  /** Any other error than JetStream's own says nothing about it. */
  failed(what: string, error: unknown, now: number): void {
    if (
      ![JetStreamApiError, JetStreamError, NoRespondersError, RequestError, TimeoutError].some(
        (kind) => error instanceof kind,
      )
    ) {
      return;
    }
    const since = this.byWhat.get(what)?.since ?? now;
    this.byWhat.set(what, { since, last: now, error });
  }

  done(what: string): void {
    this.byWhat.delete(what);
  }

  /** A server that is back has not refused anything yet. */
  clear(): void {
    this.byWhat.clear();
  }

  /** One that has lasted: not a moment without a leader, and not one after which nobody asked again. */
  lasting(now: number): { what: string; error: unknown } | undefined {
    const { lastsAfterMs, forgottenAfterMs } = messagingBounds.refusal;
    for (const [what, { since, last, error }] of this.byWhat) {
      if (now - last > forgottenAfterMs) this.byWhat.delete(what);
      else if (now - since >= lastsAfterMs) return { what, error };
    }
    return undefined;
  }
}
