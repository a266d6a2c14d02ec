import { Module } from '@nestjs/common';
import { DaysModule } from '../days/days.module.js';
import { ContentKeysService } from './content-keys.service.js';
import { SealingKeysGrpc } from './sealing-keys.grpc.js';
import { SealingKeysService } from './sealing-keys.service.js';

@Module({
  imports: [DaysModule],
  controllers: [SealingKeysGrpc],
  providers: [SealingKeysService, ContentKeysService],
  exports: [ContentKeysService],
})
export class SealingKeysModule {}
