import type {
  GetSettlementRequest,
  GetSettlementResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { ReconciliationService } from './reconciliation.service.js';

@Controller()
export class ReconciliationGrpc {
  constructor(private readonly reconciliation: ReconciliationService) {}

  @GrpcMethod('UsageLedgerService', 'getSettlement')
  getSettlement({ afterLedgerSequence }: GetSettlementRequest): Promise<GetSettlementResponse> {
    return this.reconciliation.read(afterLedgerSequence);
  }
}
