import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiError,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { Logger } from '../logging/logger.js';
import { messagingBounds } from './bounds.js';
import { MessageQueue } from './message-queue.js';
import type { NatsConnection } from './nats-connection.js';

/** NATS' code for a durable of this name with other settings. */
const consumerExists = 10_148;

export interface PullConsumerOptions {
  stream: string;
  subject: string;
  durable: string;
  maxAckPending: number;
  maxBatch: number;
  maxWaitMs: number;
  /** Settles (ack, nak or term) every message that it is given. Never rejects. */
  process: (messages: JsMsg[]) => Promise<void>;
}

/** A running consumer. */
export interface Consumer {
  /** Takes no new messages, and resolves when those in hand are settled. */
  stop(): Promise<void>;
}

/**
 * Feeds the messages of a durable to `process`, for as long as the process lives: stream and durable are
 * made where they are missing, also when the store was lost while running.
 */
export class PullConsumer implements Consumer {
  private readonly queue = new MessageQueue();
  private readonly stopping = new AbortController();
  private inHand: JsMsg[] = [];
  private subscription: ConsumerMessages | undefined;
  private readonly running: Promise<unknown>;

  constructor(
    private readonly options: PullConsumerOptions,
    private readonly connection: NatsConnection,
    private readonly logger: Logger,
  ) {
    this.running = Promise.all([this.pull(), this.work()]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.subscription?.stop();
    for (const message of this.queue.close()) message.nak();
    await this.running;
  }

  private async pull(): Promise<void> {
    const forget = this.connection.onReconnect(() => this.subscription?.stop());
    const renewal = setInterval(() => this.renew(), messagingBounds.ackWaitMs / 3);
    // Subscribing may wait for a server that nobody sees again.
    const stopped = once(this.stopping.signal, 'abort').then(() => undefined);
    while (!this.stopping.signal.aborted) {
      try {
        this.subscription = await Promise.race([this.subscribe(), stopped]);
        if (this.subscription === undefined) break;
        const error = await this.subscription.closed();
        if (error instanceof Error) throw error;
      } catch (error) {
        if (this.stopping.signal.aborted) break;
        this.logger.warn({ err: error, consumer: this.options.durable }, 'a consumer starts again');
        await delay(messagingBounds.reconnectWaitMs, undefined, {
          signal: this.stopping.signal,
        }).catch(() => undefined);
      }
    }
    clearInterval(renewal);
    forget();
  }

  private async subscribe(): Promise<ConsumerMessages> {
    const { stream, subject, durable, maxAckPending, maxBatch } = this.options;
    await this.connection.ensureStream(stream, true);
    const { client, manager } = await this.connection.ready();
    const config = {
      durable_name: durable,
      filter_subject: subject,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(messagingBounds.ackWaitMs),
      max_ack_pending: maxAckPending,
      // The limit on deliveries is kept here, where a failed quarantine can still be seen.
      max_deliver: -1,
    };
    await manager.consumers.add(stream, config).catch((error: unknown) => {
      if (!(error instanceof JetStreamApiError) || error.code !== consumerExists) throw error;
      // Made by another release, or changed by somebody.
      return manager.consumers.update(stream, durable, config);
    });
    const consumer = await client.consumers.get(stream, durable);
    const subscription = await consumer.consume({
      max_messages: Math.min(maxBatch * 2, maxAckPending),
      expires: messagingBounds.pullExpiryMs,
      abort_on_missing_resource: true,
      callback: (message) => {
        if (!this.queue.push(message)) message.nak();
      },
    });
    // A stop that came while subscribing found nothing to stop.
    if (this.stopping.signal.aborted) subscription.stop();
    return subscription;
  }

  private async work(): Promise<void> {
    const { maxBatch, maxWaitMs, process } = this.options;
    for (;;) {
      this.inHand = await this.queue.take(maxBatch, maxWaitMs);
      if (this.inHand.length === 0) return;
      await process(this.inHand);
      this.inHand = [];
    }
  }

  /** Tells the server that messages held here are not lost. */
  private renew(): void {
    for (const message of [...this.inHand, ...this.queue.waiting]) message.working();
  }
}
