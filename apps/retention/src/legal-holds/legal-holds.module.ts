import { Module } from '@nestjs/common';
import { ContentsModule } from '../contents/contents.module.js';
import { SealingKeysModule } from '../sealing-keys/sealing-keys.module.js';
import { HoldingService } from './holding.service.js';
import { LegalHoldsGrpc } from './legal-holds.grpc.js';
import { LegalHoldsRepository } from './legal-holds.repository.js';
import { LegalHoldsService } from './legal-holds.service.js';

@Module({
  imports: [ContentsModule, SealingKeysModule],
  controllers: [LegalHoldsGrpc],
  providers: [LegalHoldsService, HoldingService, LegalHoldsRepository],
  exports: [LegalHoldsService],
})
export class LegalHoldsModule {}
