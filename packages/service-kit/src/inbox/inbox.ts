import type { Database, Tx } from '../database/database.js';
import type { Logger } from '../logging/logger.js';

const dayMs = 24 * 60 * 60 * 1000;

export const inboxLimits = {
  /** Well beyond the life of a message in JetStream (7 days). */
  retentionDays: 30,
  pruneIntervalMs: dayMs / 4,
  pruneBatch: 10_000,
};

/** Remembers which messages a consumer has handled, in the same transaction as their effect. */
export class Inbox {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  /** True exactly once for each (consumer, message id) among the transactions that commit. */
  async firstTime(tx: Tx, consumer: string, messageId: string): Promise<boolean> {
    const inserted = await tx.execute(
      'insert into inbox (consumer, message_id) values ($1, $2) on conflict do nothing',
      [consumer, messageId],
    );
    return inserted === 1;
  }

  /** Starts to forget, now and then, what is older than any message that can still come. */
  start(): void {
    this.timer = setInterval(() => void this.prune(), inboxLimits.pruneIntervalMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Forgets the oldest entries past their retention, one bounded batch at a time. */
  async prune(): Promise<void> {
    try {
      let removed: number;
      do {
        removed = await this.database.execute(
          `delete from inbox where ctid in (
             select ctid from inbox where received_at < now() - make_interval(days => $1) limit $2)`,
          [inboxLimits.retentionDays, inboxLimits.pruneBatch],
        );
      } while (removed === inboxLimits.pruneBatch);
    } catch (error) {
      this.logger.error({ err: error }, 'the inbox could not be pruned');
    }
  }
}
