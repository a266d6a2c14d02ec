import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { MirrorService } from '../users/mirror.service.js';
import { clerkBounds } from './bounds.js';
import { ClerkService } from './clerk.service.js';
import { ComparisonRepository, type Compared } from './comparison.repository.js';
import { DeparturesService } from './departures.service.js';

/**
 * Compares every account with its person at Clerk once in a while, for what no webhook told. Accounts are claimed
 * page by page, so that replicas share them; what fails is due again after the claim.
 */
@Injectable()
export class ComparisonService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeps: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private notBefore = 0;

  constructor(
    private readonly database: Database,
    private readonly clerk: ClerkService,
    private readonly repository: ComparisonRepository,
    private readonly mirror: MirrorService,
    private readonly departures: DeparturesService,
    private readonly logger: Logger,
    private readonly everyHours: number,
  ) {
    this.sweeps = new KickedLoop(
      () => this.sweep(),
      (error) =>
        logger.warn({ err: error }, 'people were not compared with Clerk; it is tried again'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweeps.kick(), clerkBounds.compareSweepMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Resolves when everybody who is due was compared, or Clerk wants no more calls. */
  compareDue(): Promise<void> {
    return this.sweeps.kick();
  }

  private async sweep(): Promise<void> {
    if (performance.now() < this.notBefore) return;
    for (let pages = 0; pages < clerkBounds.comparePages; pages += 1) {
      const page = await this.repository.claim();
      if (page.length === 0) return;
      const { people, retryAfterMs } = await this.clerk.people(page.map((one) => one.clerkUserId));
      if (people === undefined) {
        this.notBefore = performance.now() + retryAfterMs;
        this.logger.warn({ retryAfterMs }, 'Clerk takes no more calls; people wait to be compared');
        return;
      }
      // Whoever asks another instance of Clerk than that of these people must not close all accounts.
      if (people.size === 0) {
        this.logger.error(
          { people: page.length },
          'Clerk knows none of these people: is CLERK_SECRET_KEY of their instance? Nothing was changed',
        );
        return;
      }
      for (const one of page) await this.compare(one, people.get(one.clerkUserId));
    }
  }

  private async compare(one: Compared, listed: Awaited<ReturnType<ClerkService['person']>>) {
    const { clerkUserId, clerkUpdatedAt } = one;
    // A list may lag behind: who is not in it is asked about.
    const person = listed ?? (await this.clerk.person(clerkUserId));
    const isCurrent = person && clerkUpdatedAt && person.updatedAt <= clerkUpdatedAt;
    try {
      await this.database.transaction(async (tx) => {
        if (person === undefined) await this.departures.depart(tx, clerkUserId);
        else if (!isCurrent) await this.mirror.mirror(tx, person);
        await this.repository.compared(tx, clerkUserId, this.everyHours);
      });
    } catch (error) {
      // The address is still that of somebody who comes later.
      if (rpcErrorFrom(error)?.code !== 'aborted') throw error;
    }
  }
}
