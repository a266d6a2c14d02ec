import { Module } from '@nestjs/common';
import { BookModule } from '../book/book.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { AccountErasure } from './account-erasure.service.js';
import { EraserService } from './eraser.service.js';
import { ErasureRequestedConsumer } from './erasure-requested.consumer.js';
import { ErasureRepository } from './erasure.repository.js';

@Module({
  imports: [BookModule, CustomersModule],
  providers: [AccountErasure, ErasureRepository, EraserService, ErasureRequestedConsumer],
})
export class ErasingModule {}
