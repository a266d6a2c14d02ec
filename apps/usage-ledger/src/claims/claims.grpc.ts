import { type RecordedRequest } from '@modelbridge/contracts/events';
import type {
  ClaimCompleted,
  ClaimIdempotencyKeyRequest,
  ClaimIdempotencyKeyResponse,
  ReleaseClaimRequest,
  ReleaseClaimResponse,
  ReleaseClaimsRequest,
  ReleaseClaimsResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { claimSchema, epochSchema, releaseSchema } from './claims.js';
import { ClaimsService, type ClaimOutcome } from './claims.service.js';

@Controller()
export class ClaimsGrpc {
  constructor(private readonly claims: ClaimsService) {}

  @GrpcMethod('UsageLedgerService', 'claimIdempotencyKey')
  async claimIdempotencyKey(
    request: ClaimIdempotencyKeyRequest,
  ): Promise<ClaimIdempotencyKeyResponse> {
    return { outcome: outcomeMessage(await this.claims.claim(validRequest(claimSchema, request))) };
  }

  @GrpcMethod('UsageLedgerService', 'releaseClaim')
  async releaseClaim(request: ReleaseClaimRequest): Promise<ReleaseClaimResponse> {
    await this.claims.release(validRequest(releaseSchema, request));
    return {};
  }

  @GrpcMethod('UsageLedgerService', 'releaseClaims')
  async releaseClaims(request: ReleaseClaimsRequest): Promise<ReleaseClaimsResponse> {
    const { gatewayEpoch } = validRequest(epochSchema, request);
    return { released: BigInt(await this.claims.releaseEpoch(gatewayEpoch)) };
  }
}

function outcomeMessage(outcome: ClaimOutcome): ClaimIdempotencyKeyResponse['outcome'] {
  switch (outcome.kind) {
    case 'claimed':
      return { $case: 'claimed', value: {} };
    case 'mismatch':
      return { $case: 'mismatch', value: {} };
    case 'in_progress':
      return { $case: 'inProgress', value: { requestId: outcome.requestId } };
    case 'completed':
      return { $case: 'completed', value: completedMessage(outcome.request) };
  }
}

function completedMessage(request: RecordedRequest): ClaimCompleted {
  return {
    requestId: request.requestId,
    status: request.status,
    inputTokens: BigInt(request.inputTokens),
    cacheReadTokens: BigInt(request.cacheReadTokens),
    cacheWrite5mTokens: BigInt(request.cacheWrite5mTokens),
    cacheWrite1hTokens: BigInt(request.cacheWrite1hTokens),
    outputTokens: BigInt(request.outputTokens),
    reasoningTokens: BigInt(request.reasoningTokens),
    costNanoUsd: BigInt(request.costNanoUsd),
  };
}
