import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DetachedPartitions } from '../days/detached-partitions.service.js';
import { authorKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { OwnParts } from '../own-parts/own-parts.service.js';
import { HoldingsService } from './holdings.service.js';

/** The content of a person who is erased: their secret goes first, so that nothing can be opened from then on. */
@Injectable()
export class ErasedAuthors implements OnModuleInit {
  constructor(
    private readonly parts: OwnParts,
    private readonly keys: KeysService,
    private readonly holdings: HoldingsService,
    private readonly detached: DetachedPartitions,
  ) {}

  onModuleInit(): void {
    this.parts.add(async ({ userId }, count) => {
      await this.keys.destroy(authorKey(userId));
      await this.holdings.eraseAuthor(userId, (tx, contents) => count(tx, { contents }));
      // Theirs among the rows of days that have ended meanwhile, too: the receipt says that none is left.
      await this.detached.remove();
    });
  }
}
