import { uuidOf } from '@modelbridge/contracts';
import { decode, open, type Content } from '@modelbridge/sealed-content';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Held, HeldContent, Whose } from '../contents/held.js';
import { HoldingsService } from '../contents/holdings.service.js';
import { KeyMissingError } from '../keyring/keyring.js';
import { ContentKeysService } from '../sealing-keys/content-keys.service.js';
import { SupportGrantsService } from '../support-grants/support-grants.service.js';

/** Listed at once for an archive; each is opened alone. */
const archivePage = 200;

export interface OpenedContent {
  held: Held;
  content: Content;
}

/** The one way in which content is opened: to its author, or to staff under a grant of the author's. */
@Injectable()
export class ReadingService {
  constructor(
    private readonly holdings: HoldingsService,
    private readonly contentKeys: ContentKeysService,
    private readonly grants: SupportGrantsService,
    private readonly audit: AuditService,
    private readonly logger: Logger,
  ) {}

  async asAuthor(requestId: string, whose: Whose): Promise<OpenedContent> {
    const sealed = await this.holdings.find(requestId, whose);
    const opened = sealed && (await this.opened(sealed));
    if (opened === undefined) throw nothing();
    await this.audit.recordNow({
      act: 'content.read',
      userId: whose.userId,
      objectIds: [requestId],
    });
    return opened;
  }

  /**
   * What an author has held from a day on, newest first, for an archive of theirs, on whichever account. What is deleted or
   * over by the time that it is its turn is left out.
   */
  async *forArchive(
    userId: string,
    { exportId, fromDay }: { exportId: string; fromDay: string },
  ): AsyncGenerator<OpenedContent> {
    await this.audit.recordLater({
      ...{ id: `${exportId}-contents`, act: 'content.read', userId },
      ...{ objectIds: [exportId], details: { read: 'everything held' } },
    });
    let before: string | undefined;
    do {
      const bounds = { before, most: archivePage, among: {}, fromDay };
      const page = await this.holdings.list({ userId }, bounds);
      for (const { requestId } of page) {
        const sealed = await this.holdings.find(requestId, { userId });
        const opened = sealed && (await this.opened(sealed));
        if (opened !== undefined) yield opened;
      }
      const last = page.at(-1);
      before = page.length < archivePage || !last ? undefined : uuidOf('request', last.requestId);
    } while (before !== undefined);
  }

  async asStaff(requestId: string): Promise<OpenedContent> {
    const sealed = await this.holdings.find(requestId, {});
    const grant = sealed && (await this.grants.covering(sealed));
    const opened = sealed && grant && (await this.opened(sealed));
    if (opened === undefined || grant === undefined) throw nothing();
    await this.audit.recordNow({
      act: 'content.read',
      userId: opened.held.userId,
      objectIds: [requestId, grant.grantId],
    });
    // The entry may have taken a while: a grant that was withdrawn meanwhile shows nothing.
    if (!(await this.grants.isOpen(grant.grantId))) throw nothing();
    return opened;
  }

  private async opened({ sealed, ...held }: HeldContent): Promise<OpenedContent | undefined> {
    const key = await this.contentKeys.of(held.userId, held.day).catch((error: unknown) => {
      if (error instanceof KeyMissingError) return undefined;
      throw error;
    });
    if (key === undefined) return undefined;
    try {
      const plaintext = open(key, held, sealed);
      if (plaintext !== undefined) return { held, content: decode(plaintext) };
      this.logger.error({ requestId: held.requestId }, 'a content does not open with its key');
      return undefined;
    } finally {
      key.fill(0);
    }
  }
}

function nothing(): RpcError {
  return new RpcError('not_found', 'there is no such content', { field: 'request_id' });
}
