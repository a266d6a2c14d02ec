import { setTimeout as delay } from 'node:timers/promises';
import type { Asked } from '../books/records.js';
import type { Random } from '../random.js';
import type { Customers, Purse } from './accounts.js';
import type { Callers } from './caller.js';
import { honestRequest } from './request.js';

/** Between two requests of one caller. */
const pauseMs = { shortest: 50, longest: 400 };
/** What a caller does who is told that there is no money left. */
const pauseWithoutMoneyMs = 1_000;
const topUpEveryMs = 5_000;

/** Callers who go on whatever happens until they are told to stop. */
export class Traffic {
  private readonly stopping = new AbortController();
  private readonly running: Promise<unknown>;

  constructor(
    private readonly callers: Callers,
    private readonly customers: Customers,
    private readonly purse: Purse,
    { random, count }: { random: Random; count: number },
  ) {
    const each = Array.from({ length: count }, () => this.call(random.fork()));
    this.running = Promise.all([...each, this.topUp()]);
  }

  /** Resolves when everybody has had their last answer. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async call(random: Random): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const request = honestRequest(random, this.customers);
      const gateway = random.between(0, this.callers.gatewayCount - 1);
      const answer = await this.callers.ask(gateway, request);
      const pause = random.between(pauseMs.shortest, pauseMs.longest);
      await this.pause(answer.status === 402 ? pauseWithoutMoneyMs : pause);
      // Whoever does not know what became of a request may ask again, elsewhere too.
      if (request.idempotencyKey !== undefined && !isOver(answer)) {
        const other = random.between(0, this.callers.gatewayCount - 1);
        await this.callers.ask(other, { ...request, leavesAfter: undefined });
      }
    }
  }

  private async topUp(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.pause(topUpEveryMs);
      await this.purse.topUp(this.customers.tight.accountId).catch(() => undefined);
    }
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

function isOver({ complete, status }: Asked): boolean {
  return complete && status < 500;
}
