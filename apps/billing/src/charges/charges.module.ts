import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { BookModule } from '../book/book.module.js';
import { ChargesGrpc } from './charges.grpc.js';
import { ChargesRepository } from './charges.repository.js';
import { ChargesService } from './charges.service.js';
import { RequestRecordedConsumer } from './request-recorded.consumer.js';

@Module({
  imports: [BookModule, AllowancesModule],
  controllers: [ChargesGrpc],
  providers: [ChargesService, ChargesRepository, RequestRecordedConsumer],
  exports: [ChargesService],
})
export class ChargesModule {}
