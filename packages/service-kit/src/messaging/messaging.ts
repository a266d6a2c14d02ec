import type { EventDefinition } from '@modelbridge/contracts/events';
import { headers as natsHeaders } from '@nats-io/nats-core';
import { SpanKind } from '@opentelemetry/api';
import type { Logger } from '../logging/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import { inSpan, traceHeaders } from '../telemetry/tracing.js';
import { decodeEvent, encodeEvent, type EventMeta } from './envelope.js';
import { EventHandling, type ReceivedEvent } from './event-handling.js';
import { messagingBounds } from './bounds.js';
import type { NatsConnection } from './nats-connection.js';
import { PullConsumer, type Consumer } from './pull-consumer.js';
import type { Quarantine } from './quarantine.js';
import { streamFor } from './streams.js';

export interface ConsumeOptions<T> {
  /** `<service>__<event>`, for example `billing__usage-request-completed`. Its position outlives the process. */
  durable: string;
  /** Resolves once the effect is committed; the message is acknowledged after that and may still come again. */
  handle: (data: T, meta: EventMeta) => Promise<void>;
  /** Messages handled at the same time; with more than one their order is not kept. 1 by default. */
  concurrency?: number;
  maxAckPending?: number;
  /** Deliveries after which a message goes to the quarantine. 8 by default. */
  maxDeliver?: number;
}

export interface ConsumeBatchOptions<T> {
  durable: string;
  /** All or nothing. A batch that fails comes again in parts, until what is at fault stands alone. */
  handle: (events: ReceivedEvent<T>[]) => Promise<void>;
  maxBatch?: number;
  /** Milliseconds to wait for a batch to fill. 10 by default. */
  maxWaitMs?: number;
  maxAckPending?: number;
  maxDeliver?: number;
}

/** Facts from and to other services over JetStream: at least once, in no promised order. */
export class Messaging {
  private readonly consumers = new Set<Consumer>();

  constructor(
    private readonly connection: NatsConnection,
    private readonly parts: { quarantine: Quarantine; metrics: Metrics; logger: Logger },
  ) {}

  get isConnected(): boolean {
    return this.connection.isConnected;
  }

  /** Runs `listener` each time NATS is back: its store may have been lost. Returns a function that ends this. */
  onReconnect(listener: () => void): () => void {
    return this.connection.onReconnect(listener);
  }

  /**
   * Publishes a fact; resolves when JetStream has acknowledged it, which is not a promise to keep it.
   * The same id within two minutes is stored once. Rejects where `data` breaks the event's schema.
   */
  async publish<T>(
    event: EventDefinition<T>,
    data: T,
    options: { id: string; occurredAt?: Date },
  ): Promise<void> {
    const payload = Buffer.from(encodeEvent(event, data, options));
    await inSpan(`${event.subject} publish`, { kind: SpanKind.PRODUCER }, () =>
      this.publishRaw(event.subject, payload, { id: options.id, headers: traceHeaders() }),
    );
  }

  /** Publishes an encoded event (see `encodeEvent`). Rejects when it is not acknowledged within 5 s. */
  async publishRaw(
    subject: string,
    payload: Uint8Array,
    options: { id: string; headers?: Record<string, string> },
  ): Promise<void> {
    const stream = streamFor(subject);
    const { client } = await this.connection.ready();
    const headers = natsHeaders();
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
    const send = () =>
      client.publish(subject, payload, {
        // An id is unique to a subject only, and JetStream compares ids over a whole stream.
        msgID: `${subject}:${options.id}`,
        headers,
        timeout: messagingBounds.publishTimeoutMs,
      });
    await this.connection.ensureStream(stream);
    await this.connection.watched(`publishing to ${stream}`, async () => {
      try {
        await send();
      } catch (error) {
        if (!this.connection.isConnected) throw error;
        // The stream may have gone with the server's store.
        await this.connection.ensureStream(stream, true);
        await send();
      }
    });
    this.parts.metrics.eventsPublished.inc({ subject });
  }

  /** Handles an event, message by message, from the durable's position on. Runs until shutdown. */
  consume<T>(event: EventDefinition<T>, options: ConsumeOptions<T>): Consumer {
    const concurrency = options.concurrency ?? 1;
    const handling = this.handling(event, options, async (events) => {
      for (const { data, meta } of events) await options.handle(data, meta);
    });
    return this.start({
      stream: event.stream,
      subject: event.subject,
      durable: options.durable,
      maxAckPending: options.maxAckPending ?? Math.max(64, concurrency * 4),
      maxBatch: concurrency,
      maxWaitMs: 0,
      process: (messages) => handling.processEach(messages),
    });
  }

  /** Handles an event in batches, for throughput. */
  consumeBatch<T>(event: EventDefinition<T>, options: ConsumeBatchOptions<T>): Consumer {
    const maxBatch = options.maxBatch ?? 256;
    const handling = this.handling(event, options, options.handle);
    return this.start({
      stream: event.stream,
      subject: event.subject,
      durable: options.durable,
      maxAckPending: options.maxAckPending ?? maxBatch * 4,
      maxBatch,
      maxWaitMs: options.maxWaitMs ?? 10,
      process: (messages) => handling.process(messages),
    });
  }

  /**
   * Hears an event from now on, in every process, at most once: for what only speeds things up, such as
   * dropping cache entries. `onReconnect` runs when messages may have been missed: drop everything then.
   */
  subscribeLatest<T>(
    event: EventDefinition<T>,
    options: { handle: (data: T) => void; onReconnect?: () => void },
  ): Consumer {
    let stopped = false;
    const forget = this.connection.onReconnect(() => options.onReconnect?.());
    const subscribed = this.connection.ready().then(async ({ connection }) => {
      if (stopped) return undefined;
      const subscription = connection.subscribe(event.subject, {
        callback: (error, message) => {
          if (error === null) this.handleLatest(event, message.string(), options.handle);
        },
      });
      await connection.flush();
      // What was published while NATS was not there yet has been missed too.
      options.onReconnect?.();
      return subscription;
    });
    subscribed.catch(() => undefined);
    const consumer: Consumer = {
      stop: async () => {
        stopped = true;
        forget();
        this.consumers.delete(consumer);
        if (this.connection.isConnected) (await subscribed)?.unsubscribe();
      },
    };
    this.consumers.add(consumer);
    return consumer;
  }

  /** Stops every consumer; resolves when the messages in hand are settled. */
  async stopConsumers(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
    this.consumers.clear();
  }

  private handling<T>(
    event: EventDefinition<T>,
    options: { durable: string; maxDeliver?: number },
    handle: (events: ReceivedEvent<T>[]) => Promise<void>,
  ): EventHandling<T> {
    const maxDeliver = options.maxDeliver ?? messagingBounds.maxDeliver;
    return new EventHandling(event, options.durable, maxDeliver, handle, this.parts);
  }

  private start(options: ConstructorParameters<typeof PullConsumer>[0]): Consumer {
    const consumer = new PullConsumer(options, this.connection, this.parts.logger);
    this.consumers.add(consumer);
    return consumer;
  }

  private handleLatest<T>(
    event: EventDefinition<T>,
    encoded: string,
    handle: (data: T) => void,
  ): void {
    try {
      handle(decodeEvent(event, encoded).data);
    } catch (error) {
      this.parts.logger.error(
        { err: error, subject: event.subject },
        'an event could not be handled',
      );
    }
  }
}
