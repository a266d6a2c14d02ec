import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HoldingsService } from '../contents/holdings.service.js';
import { OwnParts } from '../own-parts/own-parts.service.js';
import { ExportsRepository } from './exports.repository.js';

/** Archives of a person who is erased, or has deleted content; whoever prepares one loses it with the next chunk. */
@Injectable()
export class ErasedExports implements OnModuleInit {
  constructor(
    private readonly parts: OwnParts,
    private readonly holdings: HoldingsService,
    private readonly exports: ExportsRepository,
  ) {}

  onModuleInit(): void {
    this.holdings.onDeletion((tx, userId) => this.exports.endWithContent(tx, userId));
    this.parts.addRows('exports', (tx, userId) => this.exports.removeOf(tx, userId));
  }
}
