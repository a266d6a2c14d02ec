import {
  StripeWebhookOutcome,
  type ApplyStripeWebhookRequest,
  type ApplyStripeWebhookResponse,
  type ListPendingStripeEventsResponse,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { answering } from '../request-validation.js';
import { stripeEventBounds } from './bounds.js';
import { StripeEventsService, type EventOutcome } from './stripe-events.service.js';

const webhookSchema = z.object({
  body: z
    .instanceof(Uint8Array, { error: 'must be bytes' })
    .transform((body) => Buffer.from(body))
    .refine(
      ({ length }) => length <= stripeEventBounds.bodyBytes,
      `must have at most ${stripeEventBounds.bodyBytes} bytes`,
    ),
  stripeSignature: z
    .string()
    .min(1, 'is required: the header stripe-signature')
    .max(2_000, 'must have at most 2000 characters'),
});

const outcomes: Record<EventOutcome, StripeWebhookOutcome> = {
  applied: StripeWebhookOutcome.APPLIED,
  taken: StripeWebhookOutcome.TAKEN,
  repeated: StripeWebhookOutcome.REPEATED,
  ignored: StripeWebhookOutcome.IGNORED,
};

@Controller()
export class StripeEventsGrpc {
  constructor(private readonly events: StripeEventsService) {}

  @GrpcMethod('BillingService', 'applyStripeWebhook')
  async applyStripeWebhook(
    request: ApplyStripeWebhookRequest,
  ): Promise<ApplyStripeWebhookResponse> {
    const { body, stripeSignature } = validRequest(webhookSchema, request);
    return {
      outcome: outcomes[await answering(() => this.events.take(body, stripeSignature))],
    };
  }

  @GrpcMethod('BillingService', 'listPendingStripeEvents')
  async listPendingStripeEvents(): Promise<ListPendingStripeEventsResponse> {
    const events = await this.events.pending();
    return {
      events: events.map(({ id, lastError, ...event }) => ({
        ...event,
        eventId: id,
        lastError: lastError ?? '',
      })),
    };
  }
}
