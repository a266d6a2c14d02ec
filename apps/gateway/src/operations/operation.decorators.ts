import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { badField, RequestError } from '../errors/request-error.js';
import { idempotencyHeader } from '../idempotency/idempotency-key.js';
import type { Operation } from './operation.js';
import { readRequest } from './read-request.js';

/** Routes an operation to a controller's method. */
export function Answers({ method, path, status }: Operation): MethodDecorator {
  return applyDecorators(
    RequestMapping({
      path: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      method: RequestMethod[method],
    }),
    HttpCode(status),
  );
}

/** What the request asks of the operation: 400 for what it does not take. */
export const Asked = createParamDecorator((operation: Operation, context: ExecutionContext) => {
  const { params, query, body, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  if (operation.method === 'GET' && headers[idempotencyHeader] !== undefined) {
    throw badField(
      idempotencyHeader,
      `'${idempotencyHeader}' is not taken where nothing is changed. Leave it out.`,
      'unsupported_parameter',
    );
  }
  if (
    operation.body !== undefined &&
    (body ?? undefined) !== undefined &&
    !isJson(headers['content-type'])
  ) {
    throw RequestError.of('unsupported_media_type');
  }
  return readRequest(operation, { params, query, body });
});

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '');
}
