import { privacyRoutes, type Answer } from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { ContentClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { Sensitive, SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';

const pageSize = 50;

/** What is held of what the person's requests say. */
@Controller()
export class ContentsController {
  constructor(private readonly contents: ContentClient) {}

  @Answers(privacyRoutes.contents)
  async list(
    @SignedIn() { userId }: Session,
    @Asked() { query }: Parts<typeof privacyRoutes.contents>,
  ): Promise<Answer<typeof privacyRoutes.contents>> {
    const { contents, nextCursor } = await this.contents.listContents({
      actorUserId: userId,
      limit: pageSize,
      cursor: query.cursor ?? '',
    });
    const items = contents.map((held) => ({
      request_id: held.requestId,
      account_id: held.accountId,
      stored_at: (held.storedAt ?? new Date(0)).toISOString(),
      unreadable_at: (held.unreadableAt ?? new Date(0)).toISOString(),
      raw_bytes: Number(held.rawBytes),
    }));
    return { items, next_cursor: nextCursor === '' ? null : nextCursor };
  }

  @Answers(privacyRoutes.deleteContents)
  @Sensitive()
  async delete(
    @SignedIn() { userId }: Session,
    @Asked() { body }: Parts<typeof privacyRoutes.deleteContents>,
  ): Promise<{ deleted: number }> {
    const wanted =
      'everything' in body
        ? { requestIds: [], everything: true }
        : { requestIds: body.request_ids, everything: false };
    const span = { from: undefined, to: undefined };
    let deleted = 0n;
    // A call deletes a part of what is much: until there is nothing left.
    for (;;) {
      const answer = await this.contents.deleteContents({
        ...wanted,
        ...span,
        actorUserId: userId,
      });
      deleted += BigInt(answer.deleted);
      if (!wanted.everything || BigInt(answer.deleted) === 0n) return { deleted: Number(deleted) };
    }
  }
}
