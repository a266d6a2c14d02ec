import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { StripeError } from './wire/stripe-error.js';

@Catch(StripeError)
export class StripeErrorFilter implements ExceptionFilter<StripeError> {
  async catch(error: StripeError, host: ArgumentsHost): Promise<void> {
    await host.switchToHttp().getResponse<FastifyReply>().code(error.status).send(error.body());
  }
}
