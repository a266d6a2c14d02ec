import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { Metrics } from '@modelbridge/service-kit/metrics';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { pruningBounds } from './bounds.js';
import { PruningRepository, type Prunable } from './pruning.repository.js';

/**
 * Removes what neither money nor the question whether something was done before still needs: events of Stripe's that
 * have had their effect, deliveries that have ended, notices of long ago. Payment records are none of it.
 */
@Injectable()
export class PruningService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly loop: KickedLoop;
  private readonly pruned;

  constructor(
    private readonly repository: PruningRepository,
    logger: Logger,
    metrics: Metrics,
  ) {
    this.pruned = metrics.counter({
      name: 'modelbridge_billing_pruned_total',
      help: 'Rows that were removed because of their age',
      labelNames: ['kind'],
    });
    this.loop = new KickedLoop(
      () => this.prune(),
      (err) => logger.warn({ err }, 'what is old was not removed; it is tried again'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void (this.running = this.loop.kick()), pruningBounds.everyMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Resolves when what is old enough is gone, as far as one look goes. */
  run(): Promise<void> {
    return this.loop.kick();
  }

  private async prune(): Promise<void> {
    const { stripeEventsMs, deliveriesMs, noticesMs } = pruningBounds;
    await this.remove('stripeEvents', stripeEventsMs);
    await this.remove('deliveries', deliveriesMs);
    // After the deliveries, which keep their notices.
    await this.remove('notices', noticesMs);
  }

  private async remove(kind: Prunable, ageMs: number): Promise<void> {
    const { batch, mostBatches } = pruningBounds;
    for (let batches = 0; batches < mostBatches; batches += 1) {
      const removed = await this.repository.remove(kind, ageMs, batch);
      this.pruned.inc({ kind }, removed);
      if (removed < batch) return;
    }
  }
}
