import { Module } from '@nestjs/common';
import { DaysModule } from '../days/days.module.js';
import { DeletionsGrpc } from './deletions.grpc.js';
import { DeletionsService } from './deletions.service.js';
import { LifeService } from './life.service.js';

@Module({
  imports: [DaysModule],
  controllers: [DeletionsGrpc],
  providers: [LifeService, DeletionsService],
  exports: [DeletionsService],
})
export class LifeModule {}
