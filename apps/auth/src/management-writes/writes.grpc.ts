import type {
  ClaimWriteRequest,
  ClaimWriteResponse,
  EndWriteRequest,
  EndWriteResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { claimSchema, endSchema, type ClaimOutcome } from './write.js';
import { WritesService } from './writes.service.js';

@Controller()
export class WritesGrpc {
  constructor(private readonly writes: WritesService) {}

  @GrpcMethod('AuthService', 'claimWrite')
  async claimWrite(request: ClaimWriteRequest): Promise<ClaimWriteResponse> {
    return { outcome: outcomeMessage(await this.writes.claim(validRequest(claimSchema, request))) };
  }

  @GrpcMethod('AuthService', 'endWrite')
  async endWrite(request: EndWriteRequest): Promise<EndWriteResponse> {
    await this.writes.end(validRequest(endSchema, request));
    return {};
  }
}

function outcomeMessage(outcome: ClaimOutcome): ClaimWriteResponse['outcome'] {
  switch (outcome.kind) {
    case 'claimed': {
      const { writeId, attempt } = outcome;
      return { $case: 'claimed', value: { writeId, attempt } };
    }
    case 'in_progress':
      return { $case: 'inProgress', value: { requestId: outcome.requestId } };
    case 'completed':
      return { $case: 'completed', value: { answer: outcome.answer } };
    case 'mismatch':
      return { $case: 'mismatch', value: {} };
  }
}
