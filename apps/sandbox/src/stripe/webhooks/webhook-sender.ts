import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stripe } from 'stripe';
import { policySchema, type DeliveryPolicy } from './delivery-policy.js';
import { signatureHeaders, type Signature } from './signature.js';

export interface Delivery {
  event: string;
  type: string;
  state: 'held' | 'dropped' | 'queued' | 'delivered' | 'failed';
  /** The last answer; null before the first, 0 where there was none. */
  status: number | null;
  attempts: number;
}

interface Message {
  event: Stripe.Event;
  delivery: Delivery;
}

/** Pauses before further attempts: Stripe goes on for three days, this for about an hour. */
function pauseMs(attempts: number): number | undefined {
  return attempts > 65 ? undefined : Math.min(60_000, 100 * 2 ** attempts);
}

const timeoutMs = 10_000;

function newDelivery({ id, type }: Stripe.Event): Delivery {
  return { event: id, type, state: 'queued', status: null, attempts: 0 };
}

/** Sends events as Stripe does: signed, at least once, again until they are answered with 2xx. */
export class WebhookSender {
  policy: DeliveryPolicy = policySchema.parse({});
  private readonly deliveriesById = new Map<string, Delivery>();
  private readonly queue: Message[] = [];
  private held: Message[] = [];
  /** One of a pair, which waits for the other to go first. */
  private overtaken: Message | undefined;
  private active = 0;
  private readonly stopped = new AbortController();

  constructor(
    private readonly url: string,
    private readonly secret: string,
    private readonly changed: () => void = () => undefined,
  ) {
    // Each event that waits for its next attempt listens: while nobody takes them they may be many.
    setMaxListeners(0, this.stopped.signal);
  }

  send(event: Stripe.Event): void {
    const delivery = newDelivery(event);
    this.deliveriesById.set(event.id, delivery);
    const message = { event, delivery };
    const { drop, hold, reorder } = this.policyFor(event.type);
    if (drop) {
      delivery.state = 'dropped';
    } else if (hold) {
      delivery.state = 'held';
      this.held.push(message);
    } else if (reorder && this.overtaken === undefined) {
      this.overtaken = message;
    } else {
      const earlier = this.overtaken;
      this.overtaken = undefined;
      this.enqueue(message, ...(earlier === undefined ? [] : [earlier]));
    }
  }

  /** Of every event, the oldest first. */
  deliveries(): Delivery[] {
    return [...this.deliveriesById.values()];
  }

  /** How many have not been taken yet and are still sent. */
  waiting(): number {
    let waiting = 0;
    for (const { state } of this.deliveriesById.values()) {
      if (state === 'queued' || state === 'failed') waiting += 1;
    }
    return waiting;
  }

  /** Takes up deliveries of another life: what was not taken is sent again. */
  restore(deliveries: Delivery[], eventOf: (id: string) => Stripe.Event | undefined): void {
    for (const delivery of deliveries) {
      this.deliveriesById.set(delivery.event, delivery);
      const event = eventOf(delivery.event);
      if (event === undefined || ['delivered', 'dropped'].includes(delivery.state)) continue;
      delivery.attempts = 0;
      this.queue.push({ event, delivery });
    }
  }

  /** Begins to send what was taken up. */
  start(): void {
    this.pump();
  }

  isDelivered(eventId: string): boolean {
    return this.deliveriesById.get(eventId)?.state === 'delivered';
  }

  set(policy: DeliveryPolicy): void {
    this.policy = policy;
    if (!policy.reorder && this.overtaken !== undefined) {
      this.enqueue(this.overtaken);
      this.overtaken = undefined;
    }
    if (!policy.hold) {
      this.enqueue(...this.held);
      this.held = [];
    }
    this.pump();
  }

  /** Sends these now, one after the other, once each, whatever the policy says. Resolves with the answers. */
  async deliver(
    events: Stripe.Event[],
    signature: Signature = 'valid',
    over: object = {},
  ): Promise<Delivery[]> {
    const results: Delivery[] = [];
    const isGenuine = signature === 'valid' && Object.keys(over).length === 0;
    for (const event of events) {
      const known = this.deliveriesById.get(event.id);
      // A forgery counts for nothing in the deliveries of the event.
      const delivery = (isGenuine ? known : undefined) ?? newDelivery(event);
      if (isGenuine) this.held = this.held.filter((message) => message.event.id !== event.id);
      await this.attempt({ event: { ...event, ...over }, delivery }, signature);
      results.push({ ...delivery });
    }
    return results;
  }

  stop(): void {
    this.stopped.abort();
  }

  private policyFor(type: string): DeliveryPolicy {
    const { types } = this.policy;
    return types.length === 0 || types.includes(type) ? this.policy : policySchema.parse({});
  }

  private enqueue(...messages: Message[]): void {
    for (const { delivery } of messages) delivery.state = 'queued';
    this.queue.push(...messages);
    this.pump();
  }

  private pump(): void {
    while (this.active < this.policy.concurrency && !this.stopped.signal.aborted) {
      const message = this.queue.shift();
      if (message === undefined) return;
      this.active += 1;
      void this.first(message).finally(() => {
        this.active -= 1;
        this.pump();
      });
    }
  }

  /** The first attempt. Others go on behind the queue, so that what is refused holds up nothing. */
  private async first(message: Message): Promise<void> {
    const { delayMs, duplicate } = this.policyFor(message.event.type);
    try {
      if (delayMs > 0) await delay(delayMs, undefined, { signal: this.stopped.signal });
      const isTaken = await this.attempt(message);
      if (duplicate) await this.attempt(message);
      if (!isTaken) void this.again(message).catch(() => undefined);
    } catch {
      // Stopped: where there is a state, the next process sends it.
    }
  }

  private async again(message: Message): Promise<void> {
    const { delivery } = message;
    for (let pause = pauseMs(1); pause !== undefined; pause = pauseMs(delivery.attempts)) {
      await delay(pause, undefined, { signal: this.stopped.signal });
      if (delivery.state === 'delivered' || (await this.attempt(message))) return;
    }
  }

  private async attempt(
    { event, delivery }: Message,
    signature: Signature = 'valid',
  ): Promise<boolean> {
    // Stripe's bodies are indented: whoever verifies another text than the one that came finds out here.
    const body = JSON.stringify(event, undefined, 2);
    delivery.attempts += 1;
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          ...signatureHeaders(body, this.secret, signature),
        },
        body,
        signal: AbortSignal.any([this.stopped.signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      delivery.status = response.status;
    } catch {
      delivery.status = 0;
    }
    const isTaken = delivery.status >= 200 && delivery.status < 300;
    // What a receiver took once stays taken, whatever it says of a repetition.
    if (delivery.state !== 'delivered') delivery.state = isTaken ? 'delivered' : 'failed';
    if (isTaken) event.pending_webhooks = 0;
    this.changed();
    return isTaken;
  }
}
