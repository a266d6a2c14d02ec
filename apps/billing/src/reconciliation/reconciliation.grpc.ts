import type { CheckPaymentsResponse } from '@modelbridge/contracts/billing.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { answering } from '../request-validation.js';
import { reconciliationBounds } from './bounds.js';
import { ReconciliationService } from './reconciliation.service.js';

@Controller()
export class ReconciliationGrpc {
  constructor(private readonly reconciliation: ReconciliationService) {}

  @GrpcMethod('BillingService', 'checkPayments')
  async checkPayments(): Promise<CheckPaymentsResponse> {
    const { checked, differences } = await answering(() => this.reconciliation.compareAll());
    return {
      checked: BigInt(checked),
      differences: BigInt(differences.length),
      examples: differences
        .slice(0, reconciliationBounds.examples)
        .map(({ objectId, kind, detail }) => `${objectId} ${kind}: ${detail}`),
    };
  }
}
