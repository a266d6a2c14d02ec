import type { EventDefinition } from '@modelbridge/contracts/events';
import type { Database, Tx } from '../database/database.js';
import type { Logger } from '../logging/logger.js';
import { encodeEvent } from '../messaging/envelope.js';
import type { Messaging } from '../messaging/messaging.js';
import { traceHeaders } from '../telemetry/tracing.js';

export const outboxLimits = {
  sweepIntervalMs: 500,
  /** Events, and bytes of their payloads, that one batch holds in memory; one event may be larger. */
  batchSize: 500,
  batchBytes: 8 * 1024 * 1024,
  /** An unconfirmed event is sent again after this, then after twice as long, up to the most. */
  resendMs: 5_000,
  resendMostMs: 60_000,
};

interface OutboxRow {
  id: bigint;
  event_id: string;
  subject: string;
  payload: string;
  headers: Record<string, string>;
  await_confirmation: boolean;
}

/** Events that are published if, and only if, the transaction that adds them commits. */
export class Outbox {
  private sweeping: Promise<void> | undefined;
  private again = false;
  private timer: NodeJS.Timeout | undefined;
  private forgetReconnect: (() => void) | undefined;

  constructor(
    private readonly database: Database,
    private readonly messaging: Messaging,
    private readonly logger: Logger,
  ) {}

  /**
   * Adds an event to a transaction. It is sent right after the commit and again until JetStream has
   * acknowledged it or, with `awaitConfirmation`, until `confirm` is called with its id.
   */
  async add<T>(
    tx: Tx,
    event: EventDefinition<T>,
    data: T,
    options: { id: string; occurredAt?: Date; awaitConfirmation?: boolean },
  ): Promise<void> {
    await tx.execute(
      `insert into outbox (event_id, subject, payload, headers, await_confirmation)
       values ($1, $2, $3, $4, $5)`,
      [
        options.id,
        event.subject,
        encodeEvent(event, data, options),
        traceHeaders(),
        options.awaitConfirmation ?? false,
      ],
    );
    tx.afterCommit(() => this.kick());
  }

  /** Removes events that their consumer has committed; the number that still waited. */
  confirm(tx: Tx, ids: string[]): Promise<number> {
    return tx.execute('delete from outbox where await_confirmation and event_id = any($1)', [ids]);
  }

  /** Starts the sweeper: it finds what a crash left between commit and publishing. */
  start(): void {
    this.timer = setInterval(() => this.kick(), outboxLimits.sweepIntervalMs);
    this.forgetReconnect = this.messaging.onReconnect(() => this.sendUnconfirmedAgain());
    this.kick();
  }

  /** Sends what is due, then sends no more. What cannot be sent stays for the next process. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.forgetReconnect?.();
    this.kick();
    await this.sweeping;
  }

  /** NATS may have come back without what it held. Where it has it all, it drops these by their ids. */
  private sendUnconfirmedAgain(): void {
    this.database
      .execute(
        'update outbox set due_at = now(), attempts = 0 where await_confirmation and attempts > 0',
      )
      .then(() => this.kick())
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the outbox waits its time'));
  }

  private kick(): void {
    if (this.sweeping !== undefined) {
      this.again = true;
      return;
    }
    this.sweeping = this.sweepAll().finally(() => {
      this.sweeping = undefined;
    });
  }

  private async sweepAll(): Promise<void> {
    try {
      do {
        this.again = false;
        while (await this.sweep());
      } while (this.again);
    } catch (error) {
      this.logger.error({ err: error }, 'the outbox could not be swept');
    }
  }

  /** Sends one batch of due events; true when more are due. Replicas share the work by skipping locked rows. */
  private async sweep(): Promise<boolean> {
    if (!this.messaging.isConnected) return false;
    return this.database.transaction(async (tx) => {
      const due = await tx.query<OutboxRow>(
        `select id, event_id, subject, payload, headers, await_confirmation from outbox
         where id in (
           select id from (
             select id, sum(bytes) over (order by due_at, id) - bytes as bytes_before from (
               select id, due_at, octet_length(payload) as bytes from outbox
               where due_at <= now() order by due_at, id limit $1) as oldest) as counted
           where bytes_before < $2)
         and due_at <= now() order by due_at, id for update skip locked`,
        [outboxLimits.batchSize, outboxLimits.batchBytes],
      );
      if (due.length === 0) return false;
      const outcomes = await Promise.allSettled(due.map((row) => this.send(row)));
      const sent = due.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failure !== undefined) {
        this.logger.warn(
          { err: failure.reason as unknown, failed: due.length - sent.length },
          'events could not be published; they will be sent again',
        );
      }
      await this.settle(tx, sent);
      const bytes = due.reduce((sum, { payload }) => sum + Buffer.byteLength(payload), 0);
      const isFull = due.length === outboxLimits.batchSize || bytes >= outboxLimits.batchBytes;
      return isFull && failure === undefined;
    });
  }

  private send(row: OutboxRow): Promise<void> {
    return this.messaging.publishRaw(row.subject, Buffer.from(row.payload), {
      id: row.event_id,
      headers: row.headers,
    });
  }

  private async settle(tx: Tx, sent: OutboxRow[]): Promise<void> {
    const idsOf = (awaiting: boolean): bigint[] =>
      sent.filter((row) => row.await_confirmation === awaiting).map((row) => row.id);
    const done = idsOf(false);
    if (done.length > 0) await tx.execute('delete from outbox where id = any($1)', [done]);
    const waiting = idsOf(true);
    if (waiting.length === 0) return;
    await tx.execute(
      `update outbox set attempts = attempts + 1, due_at = clock_timestamp()
         + least($2 * power(2, least(attempts, 10)), $3) * interval '1 millisecond'
       where id = any($1)`,
      [waiting, outboxLimits.resendMs, outboxLimits.resendMostMs],
    );
  }
}
