import { UsageGranularity, UsageGroup } from '@modelbridge/contracts/usage_ledger.v1';
import { overviewRoutes, type Overview, type Usage } from '@modelbridge/dashboard-api';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { BillingClient, UsageLedgerClient } from '../clients/clients.js';
import { limitsJson, noKey } from '../limits/limit-json.js';
import { AccountNames } from '../people/account-names.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { asking } from '../sessions/asking.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { granularityCodes, groupCodes, usageJson } from './usage-json.js';

/** What an account has, may spend and has used, as far as the person may see it. */
@Controller()
export class OverviewController {
  constructor(
    private readonly billing: BillingClient,
    private readonly usageLedger: UsageLedgerClient,
    private readonly names: AccountNames,
  ) {}

  @Answers(overviewRoutes.overview)
  async overview(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof overviewRoutes.overview>,
  ): Promise<Overview> {
    const of = asking(session, params);
    const [money, { limits }, today, month] = await Promise.all([
      this.money(of),
      this.billing.getLimits({ ...of, userId: session.userId, keyId: noKey }),
      this.spent(of, UsageGranularity.DAY),
      this.spent(of, UsageGranularity.MONTH),
    ]);
    return {
      money,
      limits: limitsJson(limits),
      spent_today_nano_usd: today,
      spent_month_nano_usd: month,
    };
  }

  @Answers(overviewRoutes.usage)
  async usage(
    @SignedIn() session: Session,
    @Asked() { params, query }: Parts<typeof overviewRoutes.usage>,
  ): Promise<Usage> {
    const of = asking(session, params);
    const group = query.group_by;
    const [series, nameOf] = await Promise.all([
      this.usageLedger.getUsageSeries({
        ...of,
        keyId: query.key_id ?? '',
        userId: '',
        model: '',
        from: new Date(query.from),
        to: new Date(query.to),
        granularity: granularityCodes[query.granularity],
        groupBy: group === undefined ? UsageGroup.UNSPECIFIED : groupCodes[group],
        mostGroups: 0,
      }),
      this.names.of(of, group),
    ]);
    return usageJson(series, nameOf);
  }

  /** Null where the account does not show its money to the person. */
  private async money(of: ReturnType<typeof asking>): Promise<Overview['money']> {
    try {
      const credits = await this.billing.getCredits(of);
      const { nextExpiryAt: at } = credits;
      return {
        balance_nano_usd: credits.balanceNanoUsd.toString(),
        granted_nano_usd: credits.grantedNanoUsd.toString(),
        held_nano_usd: credits.heldNanoUsd.toString(),
        available_nano_usd: credits.availableNanoUsd.toString(),
        next_expiry:
          at === undefined
            ? null
            : { at: at.toISOString(), amount_nano_usd: credits.nextExpiryNanoUsd.toString() },
      };
    } catch (error) {
      const code = rpcErrorFrom(error)?.code;
      if (code === 'not_found' || code === 'permission_denied') return null;
      throw error;
    }
  }

  /** In the UTC day or month that runs. */
  private async spent(
    of: ReturnType<typeof asking>,
    granularity: UsageGranularity.DAY | UsageGranularity.MONTH,
  ): Promise<string> {
    const now = new Date();
    const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
    const isDay = granularity === UsageGranularity.DAY;
    const { totals } = await this.usageLedger.getUsageSeries({
      ...of,
      ...{ keyId: '', userId: '', model: '', groupBy: UsageGroup.UNSPECIFIED, mostGroups: 0 },
      granularity,
      from: new Date(Date.UTC(year, month, isDay ? day : 1)),
      to: new Date(Date.UTC(year, isDay ? month : month + 1, isDay ? day + 1 : 1)),
    });
    return (totals?.costNanoUsd ?? 0n).toString();
  }
}
