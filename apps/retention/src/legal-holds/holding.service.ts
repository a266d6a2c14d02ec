import { uuidOf } from '@modelbridge/contracts';
import { open, seal } from '@modelbridge/sealed-content';
import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable } from '@nestjs/common';
import type { HeldContent } from '../contents/held.js';
import { HoldingsService } from '../contents/holdings.service.js';
import { KeyMissingError } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { ContentKeysService } from '../sealing-keys/content-keys.service.js';
import { legalHoldBounds } from './bounds.js';
import { holdKey, type LegalHold } from './legal-hold.js';
import { LegalHoldsRepository } from './legal-holds.repository.js';

/** Seals what a hold keeps anew, under the hold's key: its day and its author's secret may end. */
@Injectable()
export class HoldingService {
  constructor(
    private readonly holds: LegalHoldsRepository,
    private readonly holdings: HoldingsService,
    private readonly keys: KeysService,
    private readonly contentKeys: ContentKeysService,
    private readonly logger: Logger,
  ) {}

  /** Keeps what is there of an active hold and is not kept yet. */
  async keepAll({ holdId, userId, span }: LegalHold): Promise<void> {
    for (let before: string | undefined; ;) {
      const bounds = { before, most: legalHoldBounds.batch, among: { span } };
      const page = await this.holdings.list({ userId }, bounds);
      const ids = page.map(({ requestId }) => requestId);
      for (const requestId of await this.holds.missing(holdId, ids)) {
        await this.keep(holdId, requestId);
      }
      const last = ids.at(-1);
      if (last === undefined || ids.length < legalHoldBounds.batch) return;
      before = uuidOf('request', last);
    }
  }

  private async keep(holdId: string, requestId: string): Promise<void> {
    const content = await this.holdings.find(requestId, {});
    const plaintext = content && (await this.plaintextOf(content));
    if (content === undefined || plaintext === undefined) return;
    const key = await this.keys.derive(holdKey(holdId), requestId);
    try {
      await this.holds.keep(holdId, { ...content, sealed: seal(key, content, plaintext) });
    } finally {
      key.fill(0);
      plaintext.fill(0);
    }
  }

  private async plaintextOf(content: HeldContent): Promise<Buffer | undefined> {
    const key = await this.contentKeys.of(content.userId, content.day).catch((error: unknown) => {
      if (error instanceof KeyMissingError) return undefined;
      throw error;
    });
    if (key === undefined) return undefined;
    try {
      const plaintext = open(key, content, content.sealed);
      if (plaintext === undefined)
        this.logger.error(
          { requestId: content.requestId },
          'a content cannot be held: it does not open',
        );
      return plaintext;
    } finally {
      key.fill(0);
    }
  }
}
