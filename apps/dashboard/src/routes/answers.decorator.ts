import type { Answer, Route } from '@modelbridge/dashboard-api';
import {
  applyDecorators,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  UseFilters,
} from '@nestjs/common';
import { RouteErrorFilter } from './route-error.filter.js';

const routeKey = Symbol('route');

type Handler<R extends Route> = (
  ...args: never[]
) => R['response'] extends object ? Answer<R> | Promise<Answer<R>> : void | Promise<void>;

/** The method answers this route of the web app: what it returns must be what the route says. */
export function Answers<const R extends Route>(
  route: R,
): <F extends Handler<R>>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
) => void {
  return applyDecorators(
    RequestMapping({ method: RequestMethod[route.method], path: route.path }),
    HttpCode(route.response === undefined ? 204 : 200),
    SetMetadata(routeKey, route),
    UseFilters(RouteErrorFilter),
  );
}

/**
 * The method answers with something else than JSON, such as a file or events: it sends by `@Res()`. A GET where the route
 * does not say otherwise. Who is signed in and what is asked is looked at as for every other route.
 */
export function Streams(route: Partial<Route> & Pick<Route, 'path'>): MethodDecorator {
  const { method = 'GET' } = route;
  return applyDecorators(
    RequestMapping({ method: RequestMethod[method], path: route.path }),
    HttpCode(200),
    SetMetadata(routeKey, { ...route, method } satisfies Route),
    UseFilters(RouteErrorFilter),
  );
}

/** The route that a handler answers; undefined for pages and webhooks. */
export function routeOf(handler: object): Route | undefined {
  return Reflect.getMetadata(routeKey, handler) as Route | undefined;
}
