import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Reads } from '../account/reads.service.js';
import { callerKey } from '../keys/caller.js';
import { requireScope } from '../keys/key-access.js';
import { WritesOnce } from './writes-once.service.js';

/**
 * Lets in management keys only: 403 for others, before anything is said of what they ask. Keeps one from asking so
 * much at once that others get no answer: 429 or 503, as for reads. What has an Idempotency-Key is done once.
 */
@Injectable()
export class ForManagementKeys implements NestInterceptor {
  constructor(
    private readonly reads: Reads,
    private readonly writes: WritesOnce,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = callerKey(request.raw);
    requireScope(key, 'management');
    const answer = (): Promise<unknown> => lastValueFrom(next.handle());
    const reply = http.getResponse<FastifyReply>();
    return from(this.reads.ask(key, () => this.writes.answer(request, reply, key.keyId, answer)));
  }
}
