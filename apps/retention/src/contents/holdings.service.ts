import { uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { LatestClock } from '../clock/latest-clock.service.js';
import { lessBy } from '../days/day-count.js';
import { dayOfRequest, daysLater, newestOverDay, startOf } from '../days/day.js';
import { DaysService } from '../days/days.service.js';
import { authorKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { contentBounds } from './bounds.js';
import type { Held, HeldContent, Whose } from './held.js';
import { HoldingsRepository, type ListBounds } from './holdings.repository.js';
import { spanOfTime, type RequestSpan } from './span.js';

/** Ends, in the transaction of a deletion, what else was made of an author's contents. */
type CopyEnder = (tx: Tx, userId: string) => Promise<void>;

/** What authors do with what is held of them. */
@Injectable()
export class HoldingsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly copyEnders: CopyEnder[] = [];
  private readonly removals: KickedLoop;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly holdings: HoldingsRepository,
    private readonly days: DaysService,
    private readonly keys: KeysService,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly latest: LatestClock,
    logger: Logger,
  ) {
    this.removals = new KickedLoop(
      () => this.finishDeletions(),
      (error) => logger.error({ err: error }, 'what was deleted is hidden and still there'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.removals.kick(), contentBounds.removalLookMs);
    void this.removals.kick();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** A feature that copies contents says, when the service is put together, how the copies of an author end. */
  onDeletion(end: CopyEnder): void {
    this.copyEnders.push(end);
  }

  /** Sealed as it is; undefined for what is not there, was deleted or is over. */
  async find(requestId: string, whose: Partial<Whose>): Promise<HeldContent | undefined> {
    const requestUuid = uuidOf('request', requestId);
    const day = dayOfRequest(requestUuid);
    if (day <= newestOverDay(await this.latest.now())) return undefined;
    return this.holdings.find(day, requestUuid, whose);
  }

  /** Newest first; none of a day before `fromDay`. */
  async list(
    whose: Whose,
    { fromDay, ...bounds }: Omit<ListBounds, 'newestOver'> & { fromDay?: string },
  ): Promise<Held[]> {
    const over = newestOverDay(await this.latest.now());
    const before = fromDay === undefined ? over : daysLater(fromDay, -1);
    return this.holdings.list(whose, { ...bounds, newestOver: before > over ? before : over });
  }

  /** The oldest day of what an author has and can still read so much later; undefined where there is nothing. */
  async oldestDay(userId: string, laterMs: number): Promise<string | undefined> {
    const then = new Date((await this.latest.now()).getTime() + laterMs);
    return this.holdings.oldestDay(userId, newestOverDay(then));
  }

  /** Returns once the deletions of an author that have begun are committed. */
  async settled(userId: string): Promise<void> {
    await this.database.transaction((tx) => this.keys.lock(tx, authorKey(userId)));
  }

  /** Not shown from now on, and removed; how many were, of a large span so far. */
  async delete(whose: Whose, spans: readonly RequestSpan[], said: string): Promise<bigint> {
    const deletions = await this.database.transaction(async (tx) => {
      // Whoever stores something of this author has committed it, or will see what is entered here.
      await this.keys.lock(tx, authorKey(whose.userId));
      await this.audit.record(tx, {
        act: 'content.deleted',
        userId: whose.userId,
        details: { requests: said },
      });
      const ids = [];
      for (const span of spans) {
        ids.push(await this.holdings.addDeletion(tx, whose, span, this.clock.now()));
      }
      for (const end of this.copyEnders) await end(tx, whose.userId);
      return ids;
    });
    let removed = 0n;
    for (const id of deletions) removed += await this.finish(id, contentBounds.removalsAtOnce);
    if (deletions.length > 0) void this.removals.kick();
    return removed;
  }

  /** All rows of an author whose secret is destroyed, after which none comes; `count`: in each transaction, how many. */
  async eraseAuthor(
    userId: string,
    count: (tx: Tx, contents: number) => Promise<void>,
  ): Promise<void> {
    await this.holdings.forgetDeletionsOf(userId);
    for (let removed = 1; removed > 0;) {
      removed = await this.database.transaction(async (tx) => {
        const gone = await this.holdings.removeOf(tx, userId, contentBounds.removedAtOnce);
        for (const one of gone) await this.days.count(tx, lessBy(one));
        const contents = Number(gone.reduce((sum, one) => sum + one.contents, 0n));
        await count(tx, contents);
        return contents;
      });
    }
  }

  private async finishDeletions(): Promise<void> {
    for (const id of await this.holdings.unfinishedDeletions()) await this.finish(id, Infinity);
    const oldestHeld = startOf(daysLater(newestOverDay(await this.latest.now()), 1));
    await this.holdings.forgetDeletions(spanOfTime(oldestHeld, oldestHeld).firstRequestUuid);
  }

  private async finish(deletionId: string, mostStatements: number): Promise<bigint> {
    let removed = 0n;
    for (let statement = 0; statement < mostStatements; statement += 1) {
      const counts = await this.database.transaction(async (tx) => {
        const gone = await this.holdings.remove(tx, deletionId, contentBounds.removedAtOnce);
        for (const count of gone) await this.days.count(tx, lessBy(count));
        return gone;
      });
      if (counts.length === 0) {
        await this.holdings.finishDeletion(deletionId);
        return removed;
      }
      removed += counts.reduce((sum, { contents }) => sum + contents, 0n);
    }
    return removed;
  }
}
