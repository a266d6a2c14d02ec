import type {
  CheckInvariantsRequest,
  CheckInvariantsResponse,
  GetSettlementRequest,
  GetSettlementResponse,
} from '@modelbridge/contracts/billing.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { z } from 'zod';
import { InvariantsService } from './invariants.service.js';

const sequence = z
  .bigint()
  .min(0n)
  .max(2n ** 63n - 1n);
const settlementSchema = z.object({ afterLedgerSequence: sequence, upToLedgerSequence: sequence });
const checkSchema = z.object({ full: z.boolean() });

@Controller()
export class InvariantsGrpc {
  constructor(private readonly invariants: InvariantsService) {}

  @GrpcMethod('BillingService', 'checkInvariants')
  async checkInvariants(request: CheckInvariantsRequest): Promise<CheckInvariantsResponse> {
    const { full } = validRequest(checkSchema, request);
    const findings = await this.invariants.check(full);
    return { checks: findings.map(([invariant, finding]) => ({ invariant, ...finding })) };
  }

  @GrpcMethod('BillingService', 'getSettlement')
  async getSettlement(request: GetSettlementRequest): Promise<GetSettlementResponse> {
    const { afterLedgerSequence, upToLedgerSequence } = validRequest(settlementSchema, request);
    const settlement = await this.invariants.settlement(afterLedgerSequence, upToLedgerSequence);
    return {
      charges: settlement.charges,
      chargedNanoUsd: settlement.charged,
      overrunNanoUsd: settlement.overrun,
      quarantined: settlement.quarantined,
    };
  }
}
