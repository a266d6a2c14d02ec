import { RequestError } from './request-error.js';

const resend = 'Nothing is stored at the provider: send the whole conversation with each request.';
const inline = 'Files are not stored: send their content in the request.';
const oneByOne = 'There are no batches: send each request by itself.';

/** Routes of the vendors' APIs that name what is held at the provider, and what to do instead. */
const routes: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/v1\/responses\/./, resend],
  [/^\/v1\/chat\/completions\/./, resend],
  [/^\/v1\/(conversations|assistants|threads)(\/|$)/, resend],
  [/^\/v1\/(files|uploads|vector_stores|containers|skills)(\/|$)/, inline],
  [/^\/v1\/(batches|messages\/batches)(\/|$)/, oneByOne],
  [/^\/v1\/(fine_tuning|evals)(\/|$)/, 'Models are offered as they are.'],
];

/** 404 with the reason, for a route that cannot exist here. */
export function statefulRouteError(path: string): RequestError | undefined {
  const found = routes.find(([pattern]) => pattern.test(path));
  if (found === undefined) return undefined;
  return new RequestError(
    404,
    'invalid_request_error',
    'stateful_route_not_supported',
    `This route is not offered. ${found[1]}`,
  );
}
