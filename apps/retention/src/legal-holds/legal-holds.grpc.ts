import type {
  ConfirmLegalHoldRequest,
  ConfirmLegalHoldResponse,
  EndLegalHoldRequest,
  EndLegalHoldResponse,
  LegalHold as LegalHoldMessage,
  ListLegalHoldsResponse,
  ProposeLegalHoldRequest,
  ProposeLegalHoldResponse,
} from '@modelbridge/contracts/retention.v1/legal-holds';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { timesOf } from '../contents/span.js';
import { holdReferenceSchema, newHoldSchema, type LegalHold } from './legal-hold.js';
import { LegalHoldsService } from './legal-holds.service.js';

@Controller()
export class LegalHoldsGrpc {
  constructor(private readonly holds: LegalHoldsService) {}

  @GrpcMethod('LegalHoldService', 'proposeLegalHold')
  async proposeLegalHold(request: ProposeLegalHoldRequest): Promise<ProposeLegalHoldResponse> {
    const hold = await this.holds.propose(validRequest(newHoldSchema, request));
    return { hold: holdMessage(hold) };
  }

  @GrpcMethod('LegalHoldService', 'confirmLegalHold')
  async confirmLegalHold(request: ConfirmLegalHoldRequest): Promise<ConfirmLegalHoldResponse> {
    const { holdId } = validRequest(holdReferenceSchema, request);
    return { hold: holdMessage(await this.holds.confirm(holdId)) };
  }

  @GrpcMethod('LegalHoldService', 'endLegalHold')
  async endLegalHold(request: EndLegalHoldRequest): Promise<EndLegalHoldResponse> {
    const { holdId } = validRequest(holdReferenceSchema, request);
    return { hold: holdMessage(await this.holds.end(holdId)) };
  }

  @GrpcMethod('LegalHoldService', 'listLegalHolds')
  async listLegalHolds(): Promise<ListLegalHoldsResponse> {
    return { holds: (await this.holds.list()).map(holdMessage) };
  }
}

function holdMessage({ span, confirmedBy, endedAt, ...hold }: LegalHold): LegalHoldMessage {
  return { ...hold, ...timesOf(span), confirmedBy, endedAt };
}
