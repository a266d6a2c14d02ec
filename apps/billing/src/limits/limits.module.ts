import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { BookModule } from '../book/book.module.js';
import { LimitAccess } from './limit-access.service.js';
import { LimitsGrpc } from './limits.grpc.js';
import { LimitsRepository } from './limits.repository.js';
import { LimitsService } from './limits.service.js';

@Module({
  imports: [BookModule, AllowancesModule],
  controllers: [LimitsGrpc],
  providers: [LimitsService, LimitAccess, LimitsRepository],
})
export class LimitsModule {}
