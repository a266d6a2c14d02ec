import { randomBytes } from 'node:crypto';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ClerkError } from './clerk-error.js';

@Catch(ClerkError)
export class ClerkErrorFilter implements ExceptionFilter<ClerkError> {
  async catch({ status, code, message }: ClerkError, host: ArgumentsHost): Promise<void> {
    await host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .code(status)
      .send({
        errors: [{ code, message, long_message: message }],
        clerk_trace_id: randomBytes(16).toString('hex'),
      });
  }
}
