import type { Team } from '@modelbridge/contracts/teams.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuthClient, BillingClient, TeamsClient, UsageLedgerClient } from '../clients/clients.js';
import { accountFiles } from './account-files.js';
import type { ArchiveFile } from './archive-file.js';
import { moneyFiles } from './money-files.js';
import { byCursor } from './pages.js';
import { usageFiles } from './usage-files.js';

const teamsPerPage = 100;
/** Services are asked in the background: they may take their time. */
const asked = { timeoutMs: 30_000, waitForReady: true };

/** What there is to say of a person, asked of the services that know it as the person would ask. */
@Injectable()
export class ArchiveFiles {
  constructor(
    private readonly auth: AuthClient,
    private readonly billing: BillingClient,
    private readonly teams: TeamsClient,
    private readonly usageLedger: UsageLedgerClient,
  ) {}

  /** Undefined for a person whose account is closed or not theirs. */
  async of(userId: string, accountId: string): Promise<ArchiveFile[] | undefined> {
    const user = await this.userOf(userId);
    if (user === undefined || user.closedAt !== undefined || user.accountId !== accountId)
      return undefined;
    const { auth, billing, teams, usageLedger } = this;
    const sources = { auth, billing, teams, usageLedger, user, userId, accountId, asked };
    const found: Team[] = [];
    const all = byCursor(async (cursor) => {
      const page = { actorUserId: userId, limit: teamsPerPage, cursor };
      const { teams: items, nextCursor } = await teams.listTeams(page, asked);
      return { items, nextCursor };
    });
    for await (const team of all) found.push(team);
    return [...accountFiles(sources, found), ...moneyFiles(sources), ...usageFiles(sources, found)];
  }

  private async userOf(userId: string) {
    try {
      return (await this.auth.getUser({ userId, actorUserId: userId }, asked)).user;
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') return undefined;
      throw error;
    }
  }
}
