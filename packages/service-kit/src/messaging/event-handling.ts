import type { EventDefinition } from '@modelbridge/contracts/events';
import type { JsMsg } from '@nats-io/jetstream';
import { context, SpanKind } from '@opentelemetry/api';
import type { Logger } from '../logging/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import { contextFrom, inSpan } from '../telemetry/tracing.js';
import { decodeEvent, type EventMeta } from './envelope.js';
import { messagingBounds } from './bounds.js';
import type { Quarantine } from './quarantine.js';

export interface ReceivedEvent<T> {
  data: T;
  meta: EventMeta;
}

interface Received<T> extends ReceivedEvent<T> {
  message: JsMsg;
}

/** After this many single failures in a row the fault may not be in the messages: the others of a batch wait. */
const failuresUntilPause = 3;

/** Decodes, hands over and settles the messages of one consumer. */
export class EventHandling<T> {
  private failuresInARow = 0;
  /** Stream sequences of messages that failed alone, and are not settled: they draw no other into their failure. */
  private readonly suspects = new Set<number>();

  constructor(
    private readonly event: EventDefinition<T>,
    private readonly consumer: string,
    private readonly maxDeliver: number,
    private readonly handle: (events: ReceivedEvent<T>[]) => Promise<void>,
    private readonly parts: { quarantine: Quarantine; metrics: Metrics; logger: Logger },
  ) {}

  /** Settles every message. A batch that fails is split until only what is at fault comes again. */
  async process(messages: JsMsg[]): Promise<void> {
    const received: Received<T>[] = [];
    for (const message of messages) {
      const event = await this.decode(message);
      if (event !== undefined) received.push(event);
    }
    const isSuspect = ({ message }: Received<T>): boolean => this.suspects.has(message.seq);
    const suspects = received.filter(isSuspect);
    const others = received.filter((event) => !isSuspect(event));
    this.failuresInARow = 0;
    if (others.length > 0) await this.handOver(others);
    this.failuresInARow = 0;
    for (const event of suspects) {
      if (this.failuresInARow < failuresUntilPause) await this.handOver([event]);
      else this.retryLater(event.message);
    }
  }

  /** Like `process`, with each message on its own and all of them at once. */
  async processEach(messages: JsMsg[]): Promise<void> {
    await Promise.all(messages.map((message) => this.process([message])));
  }

  private async decode(message: JsMsg): Promise<Received<T> | undefined> {
    try {
      const { id, occurredAt, data } = decodeEvent(this.event, message.string());
      const { subject, info } = message;
      return {
        data,
        message,
        meta: { id, occurredAt, subject, deliveryCount: info.deliveryCount },
      };
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'could not be read';
      await this.quarantine(message, reason);
      return undefined;
    }
  }

  private async handOver(received: Received<T>[]): Promise<void> {
    const [first] = received;
    try {
      await inSpan(
        `${this.consumer} process`,
        {
          kind: SpanKind.CONSUMER,
          attributes: {
            'messaging.system': 'nats',
            'messaging.batch.message_count': received.length,
          },
          parent:
            received.length === 1 && first !== undefined ? contextOf(first.message) : undefined,
        },
        () => this.handle(received.map(({ data, meta }) => ({ data, meta }))),
      );
    } catch (error) {
      await this.failed(received, error);
      return;
    }
    this.failuresInARow = 0;
    for (const { message } of received) {
      this.suspects.delete(message.seq);
      message.ack();
    }
    this.parts.metrics.eventsConsumed.inc(
      { consumer: this.consumer, result: 'handled' },
      received.length,
    );
  }

  private async failed(received: Received<T>[], error: unknown): Promise<void> {
    const [first] = received;
    if (first === undefined) return;
    if (received.length === 1) {
      this.failuresInARow += 1;
      this.suspects.add(first.message.seq);
      await this.retryOrQuarantine(first, error);
    } else if (this.failuresInARow >= failuresUntilPause) {
      for (const { message } of received) this.retryLater(message);
    } else {
      const middle = Math.ceil(received.length / 2);
      await this.handOver(received.slice(0, middle));
      await this.handOver(received.slice(middle));
    }
  }

  private async retryOrQuarantine({ message, meta }: Received<T>, error: unknown): Promise<void> {
    this.parts.logger.error(
      { err: error, consumer: this.consumer, messageId: meta.id, delivery: meta.deliveryCount },
      'an event could not be handled',
    );
    if (meta.deliveryCount < this.maxDeliver) {
      this.retryLater(message);
      return;
    }
    const kind = error instanceof Error ? error.name : 'unknown error';
    await this.quarantine(message, `failed ${meta.deliveryCount} times, last with ${kind}`);
  }

  private retryLater(message: JsMsg): void {
    const { retryDelaysMs } = messagingBounds;
    const delayMs = retryDelaysMs[Math.min(message.info.deliveryCount, retryDelaysMs.length) - 1];
    message.nak(delayMs);
    this.parts.metrics.eventsConsumed.inc({ consumer: this.consumer, result: 'retried' });
  }

  private async quarantine(message: JsMsg, reason: string): Promise<void> {
    const { quarantine, logger, metrics } = this.parts;
    const messageId = message.headers?.get('Nats-Msg-Id') || `sequence-${message.seq}`;
    try {
      await quarantine.put({
        consumer: this.consumer,
        subject: message.subject,
        messageId,
        payload: message.data,
        reason,
        deliveries: message.info.deliveryCount,
      });
    } catch (error) {
      // It must not be lost: it comes again until it can be put aside.
      logger.error(
        { err: error, consumer: this.consumer, messageId },
        'a message could not be quarantined',
      );
      this.retryLater(message);
      return;
    }
    message.term();
    this.suspects.delete(message.seq);
    metrics.eventsConsumed.inc({ consumer: this.consumer, result: 'quarantined' });
    logger.error({ consumer: this.consumer, messageId, reason }, 'a message was quarantined');
  }
}

function contextOf(message: JsMsg) {
  const traceparent = message.headers?.get('traceparent');
  return traceparent ? contextFrom({ traceparent }) : context.active();
}
