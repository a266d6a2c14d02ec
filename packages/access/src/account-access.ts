import { isId } from '@modelbridge/contracts';
import { personRules, type PersonRule, type Reach } from '@modelbridge/contracts/access';
import type { Standing } from '@modelbridge/contracts/teams.v1';
import { teamRoleName } from '@modelbridge/contracts/team-roles';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { grantOf } from './decision.js';

type RulesOf<Service extends keyof typeof personRules> = (typeof personRules)[Service];

/** A method that is about a person, their billing account or that of a team, or a key. */
export type AccountMethod =
  | keyof RulesOf<'auth.v1.AuthService'>
  | keyof RulesOf<'billing.v1.BillingService'>
  | keyof RulesOf<'retention.v1.ExportService'>
  | keyof RulesOf<'usage_ledger.v1.UsageLedgerService'>;

export interface AccountGrant {
  reach: Reach;
  /** Of the actor in the team whose account it is; undefined for their own account. */
  standing?: Standing;
}

/** What decisions rest on. All throw `unavailable` where they cannot know: nothing is decided then. */
export interface AccessSources {
  /** The billing account that pays for a person outside any team; undefined for who is unknown or closed. */
  accountOf(userId: string): Promise<string | undefined>;
  /** What a person is to the team that this account pays for; undefined for nothing. */
  standingOf(userId: string, accountId: string): Promise<Standing | undefined>;
  /** Whether auth shows this person this key. */
  seesKey?(userId: string, keyId: string): Promise<boolean>;
}

const rules: Readonly<Record<AccountMethod, PersonRule>> = {
  ...personRules['auth.v1.AuthService'],
  ...personRules['billing.v1.BillingService'],
  ...personRules['retention.v1.ExportService'],
  ...personRules['usage_ledger.v1.UsageLedgerService'],
};

/** What people may do with billing accounts: with their own, and with those of their teams. */
export class AccountAccess {
  constructor(private readonly sources: AccessSources) {}

  /**
   * How far the actor may go with an account; a caller that acts for itself may go all the way. Throws `nothing` as
   * for an account that does not exist, and `permission_denied` as `grantOf`.
   */
  async account(
    method: AccountMethod,
    actor: string | undefined,
    accountId: string,
    nothing = new RpcError('not_found', 'there is no such account', { field: 'account_id' }),
  ): Promise<AccountGrant> {
    if (actor === undefined) return { reach: 'all' };
    if (!isId('account', accountId)) throw nothing;
    if ((await this.sources.accountOf(actor)) === accountId) {
      return { reach: grantOf(rules[method], 'self', nothing) };
    }
    const standing = await this.sources.standingOf(actor, accountId);
    const role = standing === undefined ? undefined : teamRoleName(standing.role);
    return { reach: grantOf(rules[method], role, nothing), standing };
  }

  /** What somebody is to the team that this account pays for; undefined for nothing, and for their own account. */
  async standing(userId: string, accountId: string): Promise<Standing | undefined> {
    if ((await this.sources.accountOf(userId)) === accountId) return undefined;
    return this.sources.standingOf(userId, accountId);
  }

  /** Whether a person may read this key. */
  async seesKey(userId: string, keyId: string): Promise<boolean> {
    return (await this.sources.seesKey?.(userId, keyId)) === true;
  }
}

/** People are `self` to themselves alone: throws `nothing` for anybody else. */
export function requireSelf(
  method: AccountMethod,
  actor: string | undefined,
  userId: string,
  nothing: RpcError,
): void {
  if (actor === undefined) return;
  grantOf(rules[method], actor === userId ? 'self' : undefined, nothing);
}
