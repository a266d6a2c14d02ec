import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { newId } from '@modelbridge/contracts';
import { Logger } from '@modelbridge/service-kit/logging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from '../errors/answer-error.js';
import { errorFormat } from '../errors/caller-format.js';
import { bounds } from '../bounds.js';
import { badField, RequestError } from '../errors/request-error.js';
import { refusalOf } from '../errors/service-refusal.js';

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
    const format = errorFormat(request.url.split('?', 1)[0]!, request.headers);
    reply.hijack();
    const asked = { req: request.raw, res: reply.raw, requestId, format };
    const refusal = refusalOf(exception, request) ?? bodyFault(exception);
    answerError(asked, refusal ?? exception, this.logger);
  }
}

/** What Fastify says of a body that it cannot read, as Nest hands it on. */
function bodyFault(exception: unknown): RequestError | undefined {
  switch (exception instanceof HttpException ? exception.getStatus() : undefined) {
    case 400:
      return badField('body', 'The body is not JSON. Send one JSON object.', 'invalid_json');
    case 413:
      return RequestError.of('request_too_large', {
        message: `The body is larger than ${bounds.maxManagementBodyBytes / 1024} KiB. Send less.`,
      });
    case 415:
      return RequestError.of('unsupported_media_type');
    default:
      return undefined;
  }
}
