import { RpcError, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { BillingClient } from './clients.js';

/** Every team's account begins with it. */
export const firstPlan = 'free';

/** How many members the plan of a team's account allows, which billing knows. It is not kept here. */
@Injectable()
export class SeatsService {
  constructor(private readonly billing: BillingClient) {}

  /** Infinity where the plan has no such limit. Throws `unavailable` where billing cannot be asked. */
  async of(accountId: string): Promise<number> {
    try {
      const plan = (await this.planOf(accountId)) ?? (await this.first());
      return plan.maxTeamMembers ?? Infinity;
    } catch (error) {
      throw new RpcError(
        'unavailable',
        'billing cannot be asked how many members the plan of the team allows: try again',
        { cause: error },
      );
    }
  }

  /** Undefined until billing has opened the account of a new team. */
  private async planOf(accountId: string): Promise<{ maxTeamMembers?: number } | undefined> {
    try {
      const { accountPlan } = await this.billing.getAccountPlan({ accountId });
      return accountPlan?.plan ?? {};
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') return undefined;
      throw error;
    }
  }

  private async first(): Promise<{ maxTeamMembers?: number }> {
    const { plans } = await this.billing.listPlans({});
    const plan = plans.find(({ name }) => name === firstPlan);
    if (plan === undefined) throw new Error(`billing has no plan ${firstPlan}`);
    return plan;
  }
}
