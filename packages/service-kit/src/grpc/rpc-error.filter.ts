import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import type { Logger } from '../logging/logger.js';
import { callFailure } from './call-failure.js';
import { RpcError, toServiceError } from './rpc-error.js';

/** While the database is away one line so often says so, and not one for each call. */
const sameLineMs = 10_000;

/** Turns what a handler throws into a gRPC status, and logs what callers must not see. */
@Catch()
export class RpcErrorFilter implements ExceptionFilter {
  private awayUntil = -Infinity;

  constructor(private readonly logger: Pick<Logger, 'error'>) {}

  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    const failure = callFailure(error);
    if (failure.code === 'internal') this.logger.error({ err: error }, 'a call failed');
    else if (!(error instanceof RpcError)) this.tellAway(error, performance.now());
    return throwError(() => toServiceError(failure));
  }

  private tellAway(error: unknown, now: number): void {
    if (now < this.awayUntil) return;
    this.awayUntil = now + sameLineMs;
    this.logger.error({ err: error }, 'calls fail: the database cannot be reached');
  }
}
