import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BookModule } from '../book/book.module.js';
import { GrantsModule } from '../grants/grants.module.js';
import { PromoCodesGrpc } from './promo-codes.grpc.js';
import { PromoCodesRepository } from './promo-codes.repository.js';
import { PromoCodesService } from './promo-codes.service.js';

@Module({
  imports: [AuditModule, BookModule, AllowancesModule, GrantsModule],
  controllers: [PromoCodesGrpc],
  providers: [PromoCodesService, PromoCodesRepository],
})
export class PromoCodesModule {}
