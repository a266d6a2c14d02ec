import { Controller, Header } from '@nestjs/common';
import { receiptJson } from '@modelbridge/contracts/receipts';
import { ReceiptsClient } from '../clients/clients.module.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { receiptBounds } from './bounds.js';
import { PublicAnswers } from './public-answers.js';
import { getReceiptKey, listReceipts } from './receipts.operations.js';

const cacheControl = `public, max-age=${receiptBounds.keptMs / 1_000}`;

/** What was destroyed, for anyone to check: without a key, and outside of /v1, where every route asks for one. */
@Controller()
export class ReceiptsController {
  private readonly answers = new PublicAnswers();

  constructor(private readonly receipts: ReceiptsClient) {}

  @Answers(listReceipts)
  @Header('cache-control', cacheControl)
  @Header('access-control-allow-origin', '*')
  list(
    @Asked(listReceipts) { query: { cursor, limit } }: AskedOf<typeof listReceipts>,
  ): Promise<AnswerOf<typeof listReceipts>> {
    return this.answers.get(`${cursor} ${limit}`, async (options) => {
      // One more than the page has tells whether another follows.
      const asked = { afterSequence: BigInt(cursor), limit: limit + 1 };
      const { receipts } = await this.receipts.listReceipts(asked, options);
      const page = receipts.slice(0, limit);
      const hasMore = receipts.length > limit;
      return {
        object: 'list' as const,
        data: page.map(receiptJson),
        has_more: hasMore,
        next_cursor: hasMore ? page.at(-1)!.sequence.toString() : null,
      };
    });
  }

  @Answers(getReceiptKey)
  @Header('cache-control', cacheControl)
  @Header('access-control-allow-origin', '*')
  key(): Promise<AnswerOf<typeof getReceiptKey>> {
    return this.answers.get('key', async (options) => {
      const { signingKey, publicKeyPem } = await this.receipts.getReceiptKey({}, options);
      return {
        object: 'receipt_key' as const,
        signing_key: signingKey,
        public_key_pem: publicKeyPem,
      };
    });
  }
}
