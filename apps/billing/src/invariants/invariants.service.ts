import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import {
  InvariantsRepository,
  type Finding,
  type Invariant,
  type Settlement,
} from './invariants.repository.js';

const checkEveryMs = 60_000;
const fullCheckEveryMs = 60 * 60_000;

/** Checks on a schedule, and on demand, that the books are right. */
@Injectable()
export class InvariantsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly timers: NodeJS.Timeout[] = [];
  private running: Promise<unknown> | undefined;
  private readonly violations;

  constructor(
    private readonly repository: InvariantsRepository,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.violations = metrics.gauge({
      name: 'modelbridge_invariant_violations',
      help: 'Violations that the last check of an invariant found; anything but 0 needs a person',
      labelNames: ['invariant'],
    });
  }

  onApplicationBootstrap(): void {
    this.timers.push(
      setInterval(() => this.checkOnSchedule(false), checkEveryMs),
      setInterval(() => this.checkOnSchedule(true), fullCheckEveryMs),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.running;
  }

  /** Checks everything (`full`) or what can still have changed, and alerts on what is wrong. */
  async check(full: boolean): Promise<[Invariant, Finding][]> {
    const findings = await this.repository.check(full);
    for (const [invariant, { violations, examples }] of findings) {
      this.violations.set({ invariant }, Number(violations));
      if (violations > 0n) {
        this.logger.error(
          { invariant, violations: violations.toString(), examples },
          'an invariant is violated',
        );
      }
    }
    return findings;
  }

  settlement(after: bigint, upTo: bigint): Promise<Settlement> {
    return this.repository.settlement(after, upTo);
  }

  private checkOnSchedule(full: boolean): void {
    if (this.running !== undefined) return;
    this.running = this.check(full)
      .catch((error: unknown) =>
        this.logger.error({ err: error }, 'the invariants could not be checked'),
      )
      .finally(() => (this.running = undefined));
  }
}
