import { Controller, Header } from '@nestjs/common';
import { bounds } from '../bounds.js';
import { RetentionClient, UsageLedgerClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import { CallerKey } from '../keys/caller.js';
import type { ResolvedKey } from '../keys/resolved-key.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { contentJson } from './content-json.js';
import { getUsageContent } from './content.operations.js';
import { Reads } from './reads.service.js';

/** What requests said, for who made them: retention opens it, and enters that into the audit log before it answers. */
@Controller()
export class ContentController {
  constructor(
    private readonly retention: RetentionClient,
    private readonly usageLedger: UsageLedgerClient,
    private readonly reads: Reads,
  ) {}

  @Answers(getUsageContent)
  @Header('cache-control', 'no-store')
  async get(
    @CallerKey() key: ResolvedKey,
    @Asked(getUsageContent) { params: { id } }: AskedOf<typeof getUsageContent>,
  ): Promise<AnswerOf<typeof getUsageContent>> {
    const { accountId, userId: actorUserId } = key;
    return this.reads.ask(key, async (options) => {
      if (key.scope !== 'management') await this.requireOwn(key, id, options);
      const asked = { requestId: id, accountId, actorUserId };
      const timeoutMs = bounds.contentReadMs;
      return contentJson(await this.retention.getContent(asked, { timeoutMs }));
    });
  }

  /** A key that leaks opens what was asked with it, and not all that its maker ever said. */
  private async requireOwn(
    { keyId }: ResolvedKey,
    requestId: string,
    options: { timeoutMs: number },
  ): Promise<void> {
    const { request } = await this.usageLedger.getRequest({ keyId, requestId }, options);
    if (request !== undefined) return;
    const message = 'There is no request with this id under this key.';
    throw RequestError.of('not_found', { message, param: 'id' });
  }
}
