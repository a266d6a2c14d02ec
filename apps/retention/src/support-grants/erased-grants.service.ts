import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OwnParts } from '../own-parts/own-parts.service.js';
import { SupportGrantsRepository } from './support-grants.repository.js';

/** What a person who is erased has let support read. */
@Injectable()
export class ErasedGrants implements OnModuleInit {
  constructor(
    private readonly parts: OwnParts,
    private readonly grants: SupportGrantsRepository,
  ) {}

  onModuleInit(): void {
    this.parts.addRows('support_grants', (tx, userId) => this.grants.removeOf(tx, userId));
  }
}
