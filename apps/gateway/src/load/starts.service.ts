import { Injectable } from '@nestjs/common';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { RequestError } from '../errors/request-error.js';
import { KeyShares, type Owner } from '../shares/key-shares.js';
import { loadBounds } from './bounds.js';
import { StartQueue } from './start-queue.js';

/** Begins requests as the event loop bears them, and refuses what it does not. */
@Injectable()
export class Starts {
  private readonly queue = new StartQueue(loadBounds, {
    now: () => performance.now(),
    atTurnEnd: (then) => void setImmediate(then),
  });
  private readonly shares = new KeyShares({
    name: 'waiting_requests',
    what: 'requests waiting to be begun',
    total: loadBounds.maxWaiting,
  });
  private readonly shed;

  constructor(metrics: Metrics) {
    const { queue } = this;
    this.shed = metrics.counter({
      name: 'gateway_shed_total',
      help: 'Requests refused because the gateway had no time for them: waited, or too many waiting of one key (share)',
      labelNames: ['why'],
    });
    metrics.gauge({
      name: 'gateway_starts_waiting',
      help: 'Requests that wait to be begun',
      collect() {
        this.set(queue.length);
      },
    });
  }

  /** Requests wait for the event loop. */
  get isBusy(): boolean {
    return this.queue.length > 0;
  }

  /** Throws what `run` would refuse a request of this key with at once: to be asked before its body is read. */
  check(owner: Owner): void {
    if (this.queue.length > 0) this.sharing(() => this.shares.check(owner));
  }

  /** Does `work` at once, or in its turn. Throws or rejects with 429 or 503 where there is no time for it. */
  run<T>(owner: Owner, work: () => Promise<T>): Promise<T> {
    return this.queue.hasTime() ? work() : this.wait(owner, work);
  }

  private async wait<T>(owner: Owner, work: () => Promise<T>): Promise<T> {
    this.sharing(() => this.shares.take(owner));
    return new Promise<T>((resolve, reject) => {
      this.queue.add({
        owner,
        begin: () => {
          this.shares.release(owner);
          resolve(work());
        },
        refuse: () => {
          this.shares.release(owner);
          this.shed.inc({ why: 'waited' });
          const retryAfterMs = Math.round(loadBounds.retryAfterMs * (1 + Math.random()));
          reject(RequestError.of('overloaded', { retryAfterMs }));
        },
      });
    });
  }

  private sharing(take: () => void): void {
    try {
      take();
    } catch (error) {
      this.shed.inc({ why: 'share' });
      throw error;
    }
  }
}
