import type { Read, Route } from '@modelbridge/dashboard-api';

/** What `@Asked()` gives a method that answers this route. */
export interface Parts<R extends Route> {
  params: Read<R, 'params'>;
  query: Read<R, 'query'>;
  body: Read<R, 'body'>;
}
