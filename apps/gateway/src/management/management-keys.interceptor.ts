import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Reads } from '../account/reads.service.js';
import { callerKey } from '../keys/caller.js';
import { requireScope } from '../keys/key-access.js';

/**
 * Lets in management keys only: 403 for others, before anything is said of what they ask. Keeps one from asking so
 * much at once that others get no answer: 429 or 503, as for reads.
 */
@Injectable()
export class ForManagementKeys implements NestInterceptor {
  constructor(private readonly reads: Reads) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const key = callerKey(context.switchToHttp().getRequest<FastifyRequest>().raw);
    requireScope(key, 'management');
    return from(this.reads.ask(key, () => lastValueFrom(next.handle())));
  }
}
