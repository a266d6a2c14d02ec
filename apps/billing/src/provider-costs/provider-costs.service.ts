import { Inject, Injectable } from '@nestjs/common';
import { dayOf } from '../book/counter.js';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import { providerCostBounds } from './bounds.js';
import { compareCosts, isDifference, type ComparedCost } from './cost-comparison.js';
import { ProviderBillsRepository } from './provider-bills.repository.js';
import { ProviderUsageReader } from './provider-usage.service.js';

const dayMs = 24 * 3_600_000;

/** What providers billed beside what customers were charged for it, so that a wrong price is seen. */
@Injectable()
export class ProviderCostsService {
  constructor(
    private readonly bills: ProviderBillsRepository,
    private readonly usage: ProviderUsageReader,
    @Inject(BILLING_CONFIG) private readonly config: BillingConfig,
  ) {}

  /** Of whole UTC days, the last one left out, by day, provider and model. */
  async between(from: Date, to: Date, provider?: string): Promise<ComparedCost[]> {
    const usage = await this.usage.between(from, to, provider);
    const bills = await this.bills.between(dayOf(from), dayOf(to), provider);
    return compareCosts(usage, bills, this.config.PROVIDER_COST_TOLERANCE_PERCENT);
  }

  /** What needs a person, of the last weeks as they are billed by now. */
  async differences(now: Date): Promise<ComparedCost[]> {
    const to = new Date(Math.floor(now.getTime() / dayMs) * dayMs);
    const from = new Date(to.getTime() - providerCostBounds.reportedDays * dayMs);
    const { days } = await this.bills.between(dayOf(from), dayOf(to), undefined);
    if (days.length === 0) return [];
    return (await this.between(from, to)).filter(isDifference);
  }
}
