import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { newId } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerFormat } from '../errors/caller-format.js';
import { badField, RequestError, unavailable } from '../errors/request-error.js';
import { sendError } from '../errors/send-error.js';

/** Errors of the routes under /v1 that Nest serves, in the shape that the caller expects. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (exception instanceof HttpException && !request.url.startsWith('/v1/')) {
      void reply.status(exception.getStatus()).send(exception.getResponse());
      return;
    }
    const given = reply.raw.getHeader('x-request-id');
    const requestId = typeof given === 'string' ? given : newId('request');
    reply.hijack();
    const format = callerFormat(request.url.split('?', 1)[0]!, request.headers);
    sendError(request.raw, reply.raw, format, requestId, this.requestError(exception, requestId));
  }

  private requestError(exception: unknown, requestId: string): RequestError {
    if (exception instanceof RequestError) return exception;
    if (exception instanceof HttpException) {
      const status = exception.getStatus();
      const message =
        status === 404 ? 'There is no such route.' : 'The request could not be handled.';
      return new RequestError(
        status,
        'invalid_request_error',
        status === 404 ? 'not_found' : null,
        message,
      );
    }
    const rpc = rpcErrorFrom(exception);
    if (rpc?.code === 'invalid_argument') return badField(rpc.field ?? 'request', rpc.message);
    if (rpc?.code === 'not_found') {
      return new RequestError(
        404,
        'invalid_request_error',
        'not_found',
        'There is no such object.',
      );
    }
    if (rpc?.code === 'unavailable' || rpc?.code === 'deadline_exceeded') {
      return unavailable('service_unavailable', 'This information is not available right now.');
    }
    this.logger.error({ err: exception, requestId }, 'a request failed unexpectedly');
    return new RequestError(
      500,
      'server_error',
      'internal_error',
      'The gateway failed. Try again.',
    );
  }
}
