import { BillingServiceClient, LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import type { Standing, TeamSettings } from '@modelbridge/contracts/teams.v1';
import type { TlsFiles } from '@modelbridge/service-kit/config';
import { grpcClient, RpcError, type PromisifiedClient } from '@modelbridge/service-kit/grpc';

const defaults = [
  [LimitPeriod.TOTAL, 'defaultKeyTotalNanoUsd'],
  [LimitPeriod.MONTH, 'defaultKeyMonthNanoUsd'],
  [LimitPeriod.DAY, 'defaultKeyDayNanoUsd'],
] as const satisfies readonly (readonly [LimitPeriod, keyof TeamSettings])[];

/** The limits in billing that a team gives its new keys. */
export class TeamKeyLimits {
  private readonly billing: PromisifiedClient<BillingServiceClient>;

  constructor(target: string, tls: TlsFiles) {
    this.billing = grpcClient(BillingServiceClient, target, tls);
  }

  /** Before the key is made, so that it never spends without them. */
  async set(keyId: string, { accountId, settings }: Standing): Promise<void> {
    for (const [period, name] of defaults) {
      const limitNanoUsd = settings?.[name];
      if (limitNanoUsd === undefined) continue;
      const limit = { accountId, scope: LimitScope.KEY, scopeId: keyId, period, limitNanoUsd };
      await this.billing.setLimit(limit).catch((error: unknown) => {
        throw new RpcError('unavailable', 'the team’s limits cannot be set: try again', {
          cause: error,
        });
      });
    }
  }

  close(): void {
    this.billing.close();
  }
}
