import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
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
  const { params, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
  return readRequest(operation, { params, query, body });
});
