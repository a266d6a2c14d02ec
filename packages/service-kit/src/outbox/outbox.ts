import type { EventDefinition } from '@modelbridge/contracts/events';
import type { Database, Tx } from '../database/database.js';
import type { Logger } from '../logging/logger.js';
import { encodeEvent } from '../messaging/envelope.js';
import type { Messaging } from '../messaging/messaging.js';
import { KickedLoop } from '../loops/kicked-loop.js';
import { traceHeaders } from '../telemetry/tracing.js';

export const outboxBounds = {
  sweepIntervalMs: 500,
  /** Events, and bytes of their payloads, that one batch holds in memory; one event may be larger. */
  batchSize: 500,
  batchBytes: 8 * 1024 * 1024,
  /** What a process took is due again after this, unless it says that it still sends: it may have crashed. */
  takenMs: 1_500,
  renewMs: 500,
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
  private readonly sweeps: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private forgetReconnect: (() => void) | undefined;

  constructor(
    private readonly database: Database,
    private readonly messaging: Messaging,
    private readonly logger: Logger,
  ) {
    this.sweeps = new KickedLoop(
      () => this.sweepAll(),
      (error) => this.logger.error({ err: error }, 'the outbox could not be swept'),
    );
  }

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
    tx.afterCommit(() => void this.sweeps.kick());
  }

  /** Removes events that their consumer has committed; the number that still waited. */
  confirm(tx: Tx, ids: string[]): Promise<number> {
    return tx.execute('delete from outbox where await_confirmation and event_id = any($1)', [ids]);
  }

  /** Starts the sweeper: it finds what a crash left between commit and publishing. */
  start(): void {
    this.timer = setInterval(() => void this.sweeps.kick(), outboxBounds.sweepIntervalMs);
    this.forgetReconnect = this.messaging.onReconnect(() => this.sendUnconfirmedAgain());
    void this.sweeps.kick();
  }

  /** Sends what is due, then sends no more. What cannot be sent stays for the next process. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.forgetReconnect?.();
    await this.sweeps.kick();
  }

  /** NATS may have come back without what it held. Where it has it all, it drops these by their ids. */
  private sendUnconfirmedAgain(): void {
    this.database
      .execute(
        'update outbox set due_at = now(), attempts = 0 where await_confirmation and attempts > 0',
      )
      .then(() => this.sweeps.kick())
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the outbox waits its time'));
  }

  private async sweepAll(): Promise<void> {
    while (await this.sweep());
  }

  /** Sends one batch of due events; true when more are due. */
  private async sweep(): Promise<boolean> {
    if (!this.messaging.isConnected) return false;
    const due = await this.take();
    if (due.length === 0) return false;
    const outcomes = await this.sendAll(due);
    const sent = due.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    const failed = due.filter((_, index) => outcomes[index]?.status === 'rejected');
    await this.settle(sent, failed);
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) {
      this.logger.warn(
        { err: failure.reason as unknown, failed: failed.length },
        'events could not be published; they will be sent again',
      );
      return false;
    }
    const bytes = due.reduce((sum, { payload }) => sum + Buffer.byteLength(payload), 0);
    return due.length === outboxBounds.batchSize || bytes >= outboxBounds.batchBytes;
  }

  /** What takes longer than events are taken for stays taken: JetStream would drop it, but in two minutes no more. */
  private async sendAll(rows: OutboxRow[]): Promise<PromiseSettledResult<void>[]> {
    const renewal = setInterval(() => void this.renew(rows), outboxBounds.renewMs);
    try {
      return await Promise.allSettled(rows.map((row) => this.send(row)));
    } finally {
      clearInterval(renewal);
    }
  }

  private async renew(rows: OutboxRow[]): Promise<void> {
    await this.database
      .execute(
        `update outbox set due_at = clock_timestamp() + $2 * interval '1 millisecond'
         where id = any($1)`,
        [idsOf(rows), outboxBounds.takenMs],
      )
      .catch((error: unknown) => this.logger.warn({ err: error }, 'events are sent by others too'));
  }

  /**
   * Takes a batch of due events for a while. No lock outlives the statement, so that nobody waits for NATS;
   * replicas share the work by skipping rows that another is taking.
   */
  private async take(): Promise<OutboxRow[]> {
    const taken = await this.database.query<OutboxRow>(
      `with due as (
         select id from outbox
         where id in (
           select id from (
             select id, sum(bytes) over (order by due_at, id) - bytes as bytes_before from (
               select id, due_at, octet_length(payload) as bytes from outbox
               where due_at <= now() order by due_at, id limit $1) as oldest) as counted
           where bytes_before < $2)
         and due_at <= now() order by due_at, id for update skip locked)
       update outbox set due_at = clock_timestamp() + $3 * interval '1 millisecond'
       from due where outbox.id = due.id
       returning outbox.id, event_id, subject, payload, headers, await_confirmation`,
      [outboxBounds.batchSize, outboxBounds.batchBytes, outboxBounds.takenMs],
    );
    return taken.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private send(row: OutboxRow): Promise<void> {
    return this.messaging.publishRaw(row.subject, Buffer.from(row.payload), {
      id: row.event_id,
      headers: row.headers,
    });
  }

  private async settle(sent: OutboxRow[], failed: OutboxRow[]): Promise<void> {
    const done = idsOf(sent.filter((row) => !row.await_confirmation));
    if (done.length > 0) {
      await this.database.execute('delete from outbox where id = any($1)', [done]);
    }
    const waiting = idsOf(sent.filter((row) => row.await_confirmation));
    if (waiting.length > 0) {
      await this.database.execute(
        `update outbox set attempts = attempts + 1, due_at = clock_timestamp()
           + least($2 * power(2, least(attempts, 10)), $3) * interval '1 millisecond'
         where id = any($1)`,
        [waiting, outboxBounds.resendMs, outboxBounds.resendMostMs],
      );
    }
    if (failed.length > 0) {
      await this.database.execute('update outbox set due_at = now() where id = any($1)', [
        idsOf(failed),
      ]);
    }
  }
}

function idsOf(rows: OutboxRow[]): bigint[] {
  return rows.map(({ id }) => id);
}
