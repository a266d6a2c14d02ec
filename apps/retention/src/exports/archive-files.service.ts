import type { Team } from '@modelbridge/contracts/teams.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuthClient, BillingClient, TeamsClient, UsageLedgerClient } from '../clients/clients.js';
import { Clock } from '../clock/clock.js';
import { ErasuresService } from '../erasures/erasures.service.js';
import { ReadingService } from '../reading/reading.service.js';
import { RightsService } from '../rights/rights.service.js';
import { SupportGrantsService } from '../support-grants/support-grants.service.js';
import { accountFiles } from './account-files.js';
import type { ArchiveFile } from './archive-file.js';
import { contentFile } from './content-files.js';
import type { Export } from './export.js';
import { ExportsRepository } from './exports.repository.js';
import { moneyFiles } from './money-files.js';
import { noticeFiles } from './notice-files.js';
import { byCursor } from './pages.js';
import { rightsFiles } from './rights-files.js';
import { usageFiles } from './usage-files.js';

const teamsPerPage = 100;
/** Of lists of which people are shown the newest: here it is all. */
const all = 1_000_000;
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
    private readonly reading: ReadingService,
    private readonly rights: RightsService,
    private readonly erasures: ErasuresService,
    private readonly grants: SupportGrantsService,
    private readonly exports: ExportsRepository,
    private readonly clock: Clock,
  ) {}

  /** With the content of a day and those after it. Undefined for a person whose account is closed or not theirs. */
  async of(
    { exportId, userId, accountId }: Export,
    fromDay: string,
  ): Promise<ArchiveFile[] | undefined> {
    const user = await this.userOf(userId);
    if (user === undefined || user.closedAt !== undefined || user.accountId !== accountId)
      return undefined;
    const { auth, billing, teams, usageLedger } = this;
    const sources = { auth, billing, teams, usageLedger, user, userId, accountId, asked };
    const found: Team[] = [];
    const pages = byCursor(async (cursor) => {
      const page = { actorUserId: userId, limit: teamsPerPage, cursor };
      const { teams: items, nextCursor } = await teams.listTeams(page, asked);
      return { items, nextCursor };
    });
    for await (const team of pages) found.push(team);
    return [
      ...accountFiles(sources, found),
      ...noticeFiles(sources, found),
      ...moneyFiles(sources, found),
      ...rightsFiles({
        privacyRequests: () => this.rights.ofPerson(userId, all),
        erasures: () => this.erasures.allOf(userId),
        supportGrants: () => this.grants.list({ userId }, all),
        exports: () => this.exports.ofAccount(accountId),
      }),
      contentFile(() => this.reading.forArchive(userId, { exportId, fromDay })),
      ...usageFiles(sources, found, this.clock.now()),
    ];
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
