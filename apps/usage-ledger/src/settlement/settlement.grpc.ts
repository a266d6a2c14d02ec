import type {
  GetSettlementRequest,
  GetSettlementResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { SettlementService } from './settlement.service.js';

@Controller()
export class SettlementGrpc {
  constructor(private readonly settlement: SettlementService) {}

  @GrpcMethod('UsageLedgerService', 'getSettlement')
  getSettlement({ afterLedgerSequence }: GetSettlementRequest): Promise<GetSettlementResponse> {
    return this.settlement.read(afterLedgerSequence);
  }
}
