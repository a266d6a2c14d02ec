import { RequestError } from '../errors/request-error.js';

const resend = 'Nothing is stored at the provider: send the whole conversation with each request.';
const inline = 'Files are not stored: send their content in the request.';
const oneByOne = 'There are no batches: send each request by itself.';

/** Routes of the vendors' APIs that need nothing that is held, and are not offered all the same. */
const others: ReadonlyMap<string, string> = new Map([
  [
    '/v1/responses/input_tokens',
    'POST /v1/messages/count_tokens counts the tokens of a prompt for every model.',
  ],
  [
    '/v1/responses/compact',
    'Shorten the conversation in the client, and send what is left of it with each request.',
  ],
]);

/** Routes of the vendors' APIs that name what is held at the provider, and what to do instead. */
const routes: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/v1\/responses\/./, resend],
  [/^\/v1\/chat\/completions\/./, resend],
  [/^\/v1\/(conversations|assistants|threads)(\/|$)/, resend],
  [/^\/v1\/(files|uploads|vector_stores|containers|skills)(\/|$)/, inline],
  [/^\/v1\/(batches|messages\/batches)(\/|$)/, oneByOne],
  [/^\/v1\/(fine_tuning|evals)(\/|$)/, 'Models are offered as they are.'],
];

/** 404 with the reason, for a route that does not exist here. */
export function statefulRouteError(path: string): RequestError | undefined {
  const instead = others.get(path);
  if (instead !== undefined) return notOffered('route_not_supported', instead);
  const found = routes.find(([pattern]) => pattern.test(path));
  return found && notOffered('stateful_route_not_supported', found[1]);
}

function notOffered(code: string, instead: string): RequestError {
  const message = `This route is not offered. ${instead}`;
  return new RequestError(404, 'invalid_request_error', code, message);
}
