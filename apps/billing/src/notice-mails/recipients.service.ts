import { idFromUuid } from '@modelbridge/contracts';
import { AuthServiceClient, type User } from '@modelbridge/contracts/auth.v1';
import { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import { grpcClient, rpcErrorFrom, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import type { LimitFacts } from '../notices/notice.js';

export interface Recipient {
  userId: string;
  name: string;
  address: string;
  timeZone: string;
  wantsLowBalance: boolean;
}

/** Asks auth and teams whom a notice is for, when it is sent: billing keeps no names and no addresses. */
@Injectable()
export class Recipients implements OnApplicationShutdown {
  private readonly auth: PromisifiedClient<AuthServiceClient>;
  private readonly teams: PromisifiedClient<TeamsServiceClient>;

  constructor(@Inject(BILLING_CONFIG) config: BillingConfig) {
    this.auth = grpcClient(AuthServiceClient, config.AUTH_GRPC, config);
    this.teams = grpcClient(TeamsServiceClient, config.TEAMS_GRPC, config);
  }

  /**
   * Who owns an account (UUIDs): the person whose own it is, or the owner of its team now. Undefined where there is
   * nobody, their account is closed or has no address. Throws where it cannot be known.
   */
  async owner(accountId: string, ownerUserId: string): Promise<Recipient | undefined> {
    const account = idFromUuid('account', accountId);
    const opener = await this.user(idFromUuid('user', ownerUserId));
    if (opener?.accountId === account) return recipientOf(opener);
    const owner = await known(this.teams.getAccountOwner({ accountId: account }));
    return owner && recipientOf(await this.user(owner.ownerUserId));
  }

  async person(userId: string): Promise<Recipient | undefined> {
    return recipientOf(await this.user(idFromUuid('user', userId)));
  }

  /** What the limited member or key is called; undefined where nobody knows. */
  async nameOfLimited({ scope, scope_id }: LimitFacts): Promise<string | undefined> {
    if (scope === 'key') return (await known(this.auth.getKey({ keyId: scope_id })))?.key?.name;
    return scope === 'member' ? (await this.user(scope_id))?.name : undefined;
  }

  onApplicationShutdown(): void {
    this.auth.close();
    this.teams.close();
  }

  private async user(userId: string): Promise<User | undefined> {
    return (await known(this.auth.getUser({ userId })))?.user;
  }
}

async function known<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (rpcErrorFrom(error)?.code === 'not_found') return undefined;
    throw error;
  }
}

function recipientOf(user: User | undefined): Recipient | undefined {
  if (user === undefined || user.closedAt !== undefined || user.email === '') return undefined;
  const { userId, name, email, timeZone, preferences } = user;
  return {
    userId,
    name,
    address: email,
    timeZone: timeZone || 'UTC',
    wantsLowBalance: preferences?.lowBalanceEmail ?? true,
  };
}
