import { idSchema } from '@modelbridge/contracts';
import type {
  GetSealingKeyRequest,
  GetSealingKeyResponse,
} from '@modelbridge/contracts/retention.v1/content';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { isDay } from '../days/day.js';
import { SealingKeysService } from './sealing-keys.service.js';

const requestSchema = z.object({
  userId: idSchema('user'),
  day: z.string().refine(isDay, 'must be a UTC calendar day, YYYY-MM-DD'),
});

@Controller()
export class SealingKeysGrpc {
  constructor(private readonly sealingKeys: SealingKeysService) {}

  @GrpcMethod('ContentService', 'getSealingKey')
  getSealingKey(request: GetSealingKeyRequest): Promise<GetSealingKeyResponse> {
    const { userId, day } = validRequest(requestSchema, request);
    return this.sealingKeys.keyFor(userId, day);
  }
}
