import type {
  UnsubscribeFromNoticesRequest,
  UnsubscribeFromNoticesResponse,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { answering } from '../request-validation.js';
import { NoticePreferences } from './preferences.service.js';

const unsubscribeSchema = z.object({
  token: z.string().min(1, 'is missing').max(500, 'is longer than 500 characters'),
});

@Controller()
export class NoticePreferencesGrpc {
  constructor(private readonly preferences: NoticePreferences) {}

  @GrpcMethod('BillingService', 'unsubscribeFromNotices')
  async unsubscribeFromNotices(
    request: UnsubscribeFromNoticesRequest,
  ): Promise<UnsubscribeFromNoticesResponse> {
    const { token } = validRequest(unsubscribeSchema, request);
    return { kind: await answering(() => this.preferences.unsubscribe(token)) };
  }
}
