import { Module } from '@nestjs/common';
import { ContentsModule } from '../contents/contents.module.js';
import { SealingKeysModule } from '../sealing-keys/sealing-keys.module.js';
import { SupportGrantsModule } from '../support-grants/support-grants.module.js';
import { ListingService } from './listing.service.js';
import { ReadingGrpc } from './reading.grpc.js';
import { ReadingService } from './reading.service.js';

@Module({
  imports: [ContentsModule, SealingKeysModule, SupportGrantsModule],
  controllers: [ReadingGrpc],
  providers: [ReadingService, ListingService],
  exports: [ReadingService],
})
export class ReadingModule {}
