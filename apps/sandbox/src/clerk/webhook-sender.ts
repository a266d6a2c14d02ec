import { setMaxListeners } from 'node:events';
import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { newId } from './sessions.js';

export const switchesSchema = z.strictObject({
  /** Every event is sent twice, under one id. */
  duplicate: z.boolean().default(false),
  /** Events are held back in pairs and sent the second first. */
  reorder: z.boolean().default(false),
  delayMs: z.number().int().min(0).max(600_000).default(0),
  /** Events are lost. */
  drop: z.boolean().default(false),
});
export type Switches = z.output<typeof switchesSchema>;

/** Pauses before further attempts, as long as the receiver does not answer with 2xx. */
const retriesMs = [200, 1_000, 5_000, 15_000, 30_000, 60_000];
const timeoutMs = 15_000;
const mostListed = 200;

export interface Delivery {
  id: string;
  type: string;
  /** The last answer; null before the first, 0 where there was none. */
  status: number | null;
  attempts: number;
}

interface Message {
  delivery: Delivery;
  body: string;
}

/** Sends events as Clerk does: signed, at least once, in no promised order. */
export class WebhookSender {
  switches: Switches = switchesSchema.parse({});
  private readonly listed: Delivery[] = [];
  private held: Message | undefined;
  private readonly stopped = new AbortController();

  constructor(
    private readonly url: string,
    private readonly secret: string,
  ) {
    // Each event that waits for its next attempt listens: while nobody takes them they may be many.
    setMaxListeners(0, this.stopped.signal);
  }

  send(type: string, data: object): void {
    const message: Message = {
      delivery: { id: newId('msg'), type, status: null, attempts: 0 },
      body: JSON.stringify({
        data,
        event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'sandbox' } },
        instance_id: 'ins_sandbox',
        object: 'event',
        timestamp: Date.now(),
        type,
      }),
    };
    this.listed.push(message.delivery);
    if (this.listed.length > mostListed) this.listed.shift();
    const { drop, reorder } = this.switches;
    if (drop) return;
    if (reorder && this.held === undefined) {
      this.held = message;
      return;
    }
    const earlier = this.held;
    this.held = undefined;
    void this.deliver(message).then(() => earlier && this.deliver(earlier));
  }

  /** The last events, the oldest first. */
  deliveries(): Delivery[] {
    return this.listed;
  }

  set(switches: Switches): void {
    this.switches = switches;
    const { held } = this;
    if (switches.reorder || held === undefined) return;
    this.held = undefined;
    void this.deliver(held);
  }

  stop(): void {
    this.stopped.abort();
  }

  private async deliver(message: Message): Promise<void> {
    const { delayMs, duplicate } = this.switches;
    try {
      if (delayMs > 0) await delay(delayMs, undefined, { signal: this.stopped.signal });
      await Promise.all(
        [message, ...(duplicate ? [message] : [])].map((copy) => this.deliverOnce(copy)),
      );
    } catch {
      // Stopped: like Clerk's, what is not delivered is lost with the process.
    }
  }

  private async deliverOnce(message: Message): Promise<void> {
    for (const pauseMs of [...retriesMs, undefined]) {
      if (await this.attempt(message)) return;
      if (pauseMs === undefined) return;
      await delay(pauseMs, undefined, { signal: this.stopped.signal });
    }
  }

  private async attempt({ delivery, body }: Message): Promise<boolean> {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const key = Buffer.from(this.secret.replace(/^whsec_/, ''), 'base64');
    const signature = createHmac('sha256', key)
      .update(`${delivery.id}.${timestamp}.${body}`)
      .digest('base64');
    delivery.attempts += 1;
    try {
      const { ok, status } = await fetch(this.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'svix-id': delivery.id,
          'svix-timestamp': timestamp,
          'svix-signature': `v1,${signature}`,
        },
        body,
        signal: AbortSignal.any([this.stopped.signal, AbortSignal.timeout(timeoutMs)]),
      });
      delivery.status = status;
      return ok;
    } catch {
      delivery.status = 0;
      return false;
    }
  }
}
