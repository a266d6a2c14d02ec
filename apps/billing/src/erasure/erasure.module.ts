import { Module } from '@nestjs/common';
import { BookModule } from '../book/book.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { AccountErasure } from './account-erasure.service.js';
import { ErasureRepository } from './erasure.repository.js';

@Module({
  imports: [BookModule, CustomersModule],
  providers: [AccountErasure, ErasureRepository],
  exports: [AccountErasure],
})
export class ErasureModule {}
