import type * as z from 'zod/mini';

/** An object in which everything is text, as it is in a path and in a query before the schema reads it. */
export type TextSchema = z.ZodMiniType<object>;

/**
 * A route between the web app and its server. Both sides take it from here: the server checks what it is asked, the
 * web app what it is answered.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `:name` stands for a member of `params`. */
  readonly path: `/bff/${string}`;
  readonly params?: TextSchema;
  readonly query?: TextSchema;
  readonly body?: z.ZodMiniType;
  /** Undefined where nothing is answered (204). */
  readonly response?: z.ZodMiniType;
}

/** What a route is asked with. `query` may leave out whatever its schema has a default for. */
export type Asked<R extends Route> = Part<R, 'params'> & Part<R, 'query'> & Part<R, 'body'>;

type Part<R extends Route, K extends 'params' | 'query' | 'body'> =
  R[K] extends z.ZodMiniType<unknown, infer Input>
    ? object extends Input
      ? { [key in K]?: Input }
      : { [key in K]: Input }
    : object;

export type Answer<R extends Route> =
  R['response'] extends z.ZodMiniType<infer Output> ? Output : undefined;

/** What a handler of the server is given: the parts after their schemas have read them. */
export type Read<R extends Route, K extends 'params' | 'query' | 'body'> =
  R[K] extends z.ZodMiniType<infer Output> ? Output : undefined;

/** Keeps the literal types of a table of routes. */
export function routes<const T extends Record<string, Route>>(table: T): T {
  return table;
}

/**
 * The path with its parameters and query filled in, each escaped. A query member that is undefined is left out; one
 * that is a list is said once an item. Throws for a parameter that is missing or that would change the path.
 */
export function pathOf(
  route: Pick<Route, 'path'>,
  params: Readonly<Record<string, unknown>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const path = route.path.replaceAll(/:([a-z_]+)/g, (_, name: string) => {
    const value = params[name];
    // Fetch would resolve these away, and ask another route.
    if (typeof value !== 'string' || ['', '.', '..'].includes(value)) {
      throw new TypeError(`${route.path} is asked without its parameter "${name}".`);
    }
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (item !== undefined && item !== null) search.append(name, textOf(item));
    }
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

function textOf(item: unknown): string {
  if (typeof item === 'string') return item;
  if (typeof item === 'number' || typeof item === 'boolean' || typeof item === 'bigint') {
    return String(item);
  }
  throw new TypeError('A query holds text, numbers and booleans only.');
}
