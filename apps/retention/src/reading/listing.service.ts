import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Held, Whose } from '../contents/held.js';
import { HoldingsService } from '../contents/holdings.service.js';
import { amongOf } from '../support-grants/support-grant.js';
import { SupportGrantsService } from '../support-grants/support-grants.service.js';

interface Page {
  limit: number;
  /** A request's UUID: those before it. */
  cursor?: string;
}

export interface HeldPage {
  contents: Held[];
  /** Empty on the last page. */
  nextCursor: string;
}

@Injectable()
export class ListingService {
  constructor(
    private readonly holdings: HoldingsService,
    private readonly grants: SupportGrantsService,
    private readonly audit: AuditService,
  ) {}

  ofAuthor(whose: Whose, page: Page): Promise<HeldPage> {
    return this.page(whose, page, {});
  }

  /** What a grant covers. It is entered into the author's log that staff looked. */
  async ofGrant(grantId: string, page: Page): Promise<HeldPage> {
    const grant = await this.grants.open(grantId);
    await this.audit.recordNow({
      act: 'staff.accessed',
      userId: grant.userId,
      objectIds: [grantId],
      details: { read: 'contents' },
    });
    return this.page(grant, page, amongOf(grant.scope));
  }

  private async page(
    { userId, accountId }: Whose,
    { limit, cursor }: Page,
    among: ReturnType<typeof amongOf>,
  ): Promise<HeldPage> {
    const bounds = { before: cursor, most: limit + 1, among };
    const found = await this.holdings.list({ userId, accountId }, bounds);
    const contents = found.slice(0, limit);
    return { contents, nextCursor: found.length > limit ? (contents.at(-1)?.requestId ?? '') : '' };
  }
}
