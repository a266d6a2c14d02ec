import type { Route } from '@modelbridge/dashboard-api';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { routeOf } from './answers.decorator.js';
import { RouteError } from './route-error.js';

const parts = ['params', 'query', 'body'] as const;

/** What the route is asked, after its schemas have read it: `{ params, query, body }`. 400 names the member that is wrong. */
export const Asked = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const route = routeOf(context.getHandler());
  if (route === undefined) throw new Error('@Asked is for methods with @Answers');
  return readParts(route, context.switchToHttp().getRequest<FastifyRequest>());
});

function readParts(route: Route, request: FastifyRequest): Record<string, unknown> {
  return Object.fromEntries(
    parts.flatMap((part) => {
      const schema = route[part];
      if (schema === undefined) return [];
      const { data, error } = schema.safeParse(request[part] ?? {});
      const [issue] = error?.issues ?? [];
      if (issue === undefined) return [[part, data]];
      const field = issue.path.join('.') || part;
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined;
      const what =
        unknown === undefined ? `${field}: ${issue.message}` : `${unknown}: not known here`;
      throw new RouteError(400, 'invalid_argument', what, { field: unknown ?? field });
    }),
  );
}
