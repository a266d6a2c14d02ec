import { retentionErasureRequested } from '@modelbridge/contracts/events';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { Outbox } from '@modelbridge/service-kit/outbox';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { OwnParts } from '../own-parts/own-parts.service.js';
import { Clock } from '../clock/clock.js';
import { LatestClock } from '../clock/latest-clock.service.js';
import { erasureBounds } from './bounds.js';
import { ErasuresRepository } from './erasures.repository.js';
import type { Erasure } from './erasure.js';

/**
 * Takes the steps of erasures that nobody calls for: each is repeated until it is done, and does no harm twice. What the
 * other services answer moves on in PartsService.
 */
@Injectable()
export class ErasureStepsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: KickedLoop;
  private sweeping: NodeJS.Timeout | undefined;
  private pruning: NodeJS.Timeout | undefined;
  private stopped = false;
  /** By erasure: two steps of one at once would do everything twice. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly erasures: ErasuresRepository,
    private readonly own: OwnParts,
    private readonly auth: AuthClient,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly latest: LatestClock,
    private readonly logger: Logger,
  ) {
    this.loop = new KickedLoop(
      () => this.sweep(),
      (error) => logger.warn({ err: error }, 'erasures could not be looked for'),
    );
  }

  onApplicationBootstrap(): void {
    this.sweeping = setInterval(() => void this.loop.kick(), erasureBounds.sweepEveryMs);
    this.pruning = setInterval(() => void this.prune(), erasureBounds.pruneEveryMs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.sweeping);
    clearInterval(this.pruning);
    await this.loop.kick();
  }

  /** The next step of one, now, after the one that is under way; what fails is tried again by itself. */
  async take(erasureId: string): Promise<void> {
    const before = this.underWay.get(erasureId);
    const taking = (async () => {
      await before;
      await this.takeNow(erasureId);
    })();
    this.underWay.set(erasureId, taking);
    await taking;
    if (this.underWay.get(erasureId) === taking) this.underWay.delete(erasureId);
  }

  /** Never rejects. */
  private async takeNow(erasureId: string): Promise<void> {
    try {
      const erasure = await this.erasures.find(erasureId);
      if (erasure !== undefined) await this.step(erasure);
    } catch (error) {
      this.logger.warn({ err: error, erasureId }, 'a step of an erasure is tried again');
      await this.erasures.retry(erasureId).catch(() => undefined);
    }
  }

  /** Resolves when what was due has been tried. */
  sweepNow(): Promise<void> {
    return this.loop.kick();
  }

  private async sweep(): Promise<void> {
    while (!this.stopped) {
      const due = await this.erasures.claimDue(await this.latest.toDestroy());
      if (due.length === 0) return;
      await Promise.all(due.map((erasureId) => this.take(erasureId)));
    }
  }

  private async step(erasure: Erasure): Promise<void> {
    switch (erasure.state) {
      case 'confirmed':
        if (!erasure.isHeld) await this.hold(erasure);
        return this.beginWhenOver(erasure);
      case 'cancelled':
        return erasure.isHeld ? this.lift(erasure) : undefined;
      case 'erasing':
        return erasure.ownCounts === undefined ? this.erase(erasure) : undefined;
      default:
        return undefined;
    }
  }

  private async hold({ erasureId, person }: Erasure): Promise<void> {
    if (person === undefined) return;
    await this.auth.holdAccount({ userId: person.userId, erasureId }).catch((error: unknown) => {
      // A closed account has no keys and sessions, and is on its way by itself.
      if (rpcErrorFrom(error)?.code !== 'not_found') throw error;
    });
    // Where it was cancelled meanwhile, that it is held has it lifted.
    await this.database.transaction((tx) => this.erasures.change(tx, erasureId, { isHeld: true }));
  }

  private async lift({ erasureId, person }: Erasure): Promise<void> {
    if (person !== undefined) await this.auth.liftHold({ userId: person.userId, erasureId });
    await this.database.transaction((tx) => this.erasures.change(tx, erasureId, { isHeld: false }));
  }

  private async beginWhenOver({ erasureId, executesAt }: Erasure): Promise<void> {
    // One clock that is ahead ends no window: what goes then is gone for good.
    const now = await this.latest.toDestroy();
    if (executesAt === undefined || executesAt > now) return;
    const begun = await this.database.transaction(async (tx) => {
      const current = await this.erasures.lock(tx, erasureId);
      if (current?.state !== 'confirmed') return false;
      await this.erasures.change(tx, erasureId, { state: 'erasing', beganAt: now });
      return true;
    });
    const erasure = begun ? await this.erasures.find(erasureId) : undefined;
    if (erasure !== undefined) await this.step(erasure);
  }

  /** Nothing of the person is made any more, then retention's own goes, then the others are told until they have answered. */
  private async erase(erasure: Erasure): Promise<void> {
    const { erasureId, person, pseudonym } = erasure;
    if (person === undefined || pseudonym === undefined) return;
    await this.auth.closeAccount({ userId: person.userId, erasureId });
    const email = erasure.email ?? (await this.addressOf(person.userId));
    const went = await this.own.erase({ erasureId, ...person });
    // Of everybody, and destroyed only once however often it is tried.
    const ownCounts = { author_secrets: 1, ...went };
    await this.database.transaction(async (tx) => {
      const current = await this.erasures.lock(tx, erasureId);
      if (current?.state !== 'erasing' || current.ownCounts !== undefined) return;
      await this.erasures.removeOthers(tx, erasureId, person.userId);
      await this.erasures.change(tx, erasureId, { ownCounts, email });
      await this.own.told(tx, erasureId);
      await this.outbox.add(
        tx,
        retentionErasureRequested,
        { erasureId, ...person, pseudonym },
        { id: erasureId, awaitConfirmation: true },
      );
    });
  }

  /** auth has it until the last step. */
  private async addressOf(userId: string): Promise<string | undefined> {
    try {
      return (await this.auth.getUser({ userId })).user?.email || undefined;
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') return undefined;
      throw error;
    }
  }

  private async prune(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - erasureBounds.endedKeptMs);
    await this.erasures
      .removeEnded(before)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'old erasures stay for now'));
  }
}
