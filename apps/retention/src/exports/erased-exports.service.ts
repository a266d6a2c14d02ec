import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OwnParts } from '../own-parts/own-parts.service.js';
import { ExportsRepository } from './exports.repository.js';

/** The archives of a person who is erased; whoever prepares one loses it with the next chunk. */
@Injectable()
export class ErasedExports implements OnModuleInit {
  constructor(
    private readonly parts: OwnParts,
    private readonly exports: ExportsRepository,
  ) {}

  onModuleInit(): void {
    this.parts.add(async ({ userId }) => ({ exports: await this.exports.removeOf(userId) }));
  }
}
