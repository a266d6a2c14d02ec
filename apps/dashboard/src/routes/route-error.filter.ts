import type { ErrorCode } from '@modelbridge/contracts';
import type { ErrorBody } from '@modelbridge/dashboard-api';
import { rpcErrorFrom, type RemoteError } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RouteError } from './route-error.js';

const statusOf: Record<ErrorCode, number> = {
  invalid_argument: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  failed_precondition: 409,
  aborted: 409,
  resource_exhausted: 429,
  unavailable: 503,
  deadline_exceeded: 503,
  internal: 500,
};

/** Whatever a route throws, in the one shape of the web app's errors. What is not meant for people is logged, not told. */
@Catch()
export class RouteErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const known = this.known(error, request);
    if (known.retryAfterSeconds !== undefined) {
      reply.header('retry-after', String(known.retryAfterSeconds));
    }
    const { status, code, message, field, requestId = request.id } = known;
    const body: ErrorBody = { error: { code, message, field, request_id: requestId } };
    reply.code(status).header('cache-control', 'no-store').send(body);
  }

  private known(error: unknown, request: FastifyRequest): RouteError {
    if (error instanceof RouteError) return error;
    const remote = rpcErrorFrom(error);
    if (remote !== undefined && remote.code !== 'internal') return ofService(remote);
    if (error instanceof HttpException && error.getStatus() < 500) {
      return new RouteError(error.getStatus(), 'invalid_argument', error.message);
    }
    this.logger.error({ err: error, requestId: request.id }, 'a route of the web app failed');
    return new RouteError(
      500,
      'internal',
      'Something went wrong on our side. Try again; if it stays, tell support the request id.',
    );
  }
}

function ofService({ code, message, field, details }: RemoteError): RouteError {
  const status = statusOf[code];
  if (status === 503) {
    const text =
      'A part of ModelBridge does not answer just now. Nothing is lost: try again in a moment.';
    return new RouteError(503, 'unavailable', text, { retryAfterSeconds: 2 });
  }
  return new RouteError(status, details?.['reason'] ?? code, sentence(message), { field });
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
