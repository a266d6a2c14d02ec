import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { newId } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from '../errors/answer-error.js';
import { bounds } from '../bounds.js';
import { callerFormat } from '../errors/caller-format.js';
import { badField, RequestError } from '../errors/request-error.js';

/** Errors of the routes that Nest serves: under /v1 in the shape that the caller expects. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (exception instanceof HttpException && !request.url.startsWith('/v1/')) {
      // What orchestrators read of /readyz.
      void reply.status(exception.getStatus()).send(exception.getResponse());
      return;
    }
    const given = reply.raw.getHeader('x-request-id');
    const requestId = typeof given === 'string' ? given : newId('request');
    const format = callerFormat(request.url.split('?', 1)[0]!, request.headers);
    reply.hijack();
    const asked = { req: request.raw, res: reply.raw, requestId, format };
    answerError(asked, refusalOf(exception) ?? exception, this.logger);
  }
}

/** What a service's refusal of a question means to the caller that asked it. */
function refusalOf(exception: unknown): RequestError | undefined {
  const rpc = rpcErrorFrom(exception);
  switch (rpc?.code) {
    case 'invalid_argument':
      return badField(rpc.field ?? 'request', rpc.message);
    case 'not_found':
      return RequestError.of('not_found', { message: 'There is no such object under this key.' });
    case 'unavailable':
    case 'deadline_exceeded':
      return RequestError.of('service_unavailable', { retryAfterMs: bounds.readRetryAfterMs });
    default:
      return undefined;
  }
}
