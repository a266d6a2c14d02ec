import { Module } from '@nestjs/common';
import { BookModule } from '../book/book.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { InvoicesGrpc } from './invoices.grpc.js';
import { InvoicesRepository } from './invoices.repository.js';
import { InvoicesService } from './invoices.service.js';

@Module({
  imports: [BookModule, CustomersModule, StripeModule],
  controllers: [InvoicesGrpc],
  providers: [InvoicesService, InvoicesRepository],
  exports: [InvoicesService],
})
export class InvoicesModule {}
