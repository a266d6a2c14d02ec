import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import type { Logger } from '../logging/logger.js';
import { RpcError, toServiceError } from './rpc-error.js';

/** Turns what a handler throws into a gRPC status, and logs what callers must not see. */
@Catch()
export class RpcErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    if (!(error instanceof RpcError))
      this.logger.error({ err: error }, 'a call failed unexpectedly');
    else if (error.code === 'internal') this.logger.error({ err: error }, 'a call failed');
    return throwError(() => toServiceError(error));
  }
}
