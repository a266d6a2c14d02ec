import type { IncomingHttpHeaders } from 'node:http';
import type { WireFormat } from '@modelbridge/llm-wire';
import { speaksAnthropic } from '../errors/caller-format.js';
import type { PublicErrorCode } from '../errors/public-errors.js';
import { RequestError } from '../errors/request-error.js';

const baseUrls =
  'The base URL of an OpenAI SDK ends in /v1, that of an Anthropic SDK is the same without /v1.';
const maxShownLength = 100;
/** Prefixes longer than this many segments are nobody's base URL. */
const maxPrefixSegments = 5;

/** What SDKs append to their base URLs, and the API that they then speak where it is only one's. */
const sdkPaths: ReadonlyMap<string, WireFormat | undefined> = new Map([
  ['/chat/completions', 'chat'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
  ['/messages/count_tokens', 'messages'],
  ['/models', undefined],
]);

const resend = 'Nothing is stored at the provider: send the whole conversation with each request.';
const inline = 'Files are not stored: send their content in the request.';
const oneByOne = 'There are no batches: send each request by itself.';

/** Routes of the vendors' APIs that need nothing that is held, and are not offered all the same. */
const others: ReadonlyMap<string, string> = new Map([]);

/** Routes of the vendors' APIs that name what is held at the provider, and what to do instead. */
const routes: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/v1\/responses\/./, resend],
  [/^\/v1\/chat\/completions\/./, resend],
  [/^\/v1\/(conversations|assistants|threads)(\/|$)/, resend],
  [/^\/v1\/(files|uploads|vector_stores|containers|skills)(\/|$)/, inline],
  [/^\/v1\/(batches|messages\/batches)(\/|$)/, oneByOne],
  [/^\/v1\/(fine_tuning|evals)(\/|$)/, 'Models are offered as they are.'],
];

interface UnknownRoute {
  /** The API whose shapes the caller most likely reads. */
  format: WireFormat;
  error: RequestError;
}

/** 404 for a path that is no route, with what was probably meant. */
export function unknownRoute(
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
): UnknownRoute {
  const meant = meantPath(path);
  const spoken = meant === undefined ? undefined : sdkPaths.get(meant);
  const format = spoken ?? (isAnthropics(path, headers) ? 'messages' : 'chat');
  return { format, error: notOffered(path) ?? noSuchRoute(method, path, meant) };
}

export function wrongMethod(
  method: string,
  path: string,
  allowed: ReadonlySet<string>,
): RequestError {
  const allow = [...allowed].join(', ');
  return RequestError.of('method_not_allowed', {
    message: `${shown(path)} takes ${allow}, not ${method}.`,
    headers: { allow },
  });
}

function isAnthropics(path: string, headers: IncomingHttpHeaders): boolean {
  return path.startsWith('/v1/messages/') || speaksAnthropic(headers);
}

function notOffered(path: string): RequestError | undefined {
  const instead = others.get(path);
  if (instead !== undefined) return refusal('route_not_supported', instead);
  const found = routes.find(([pattern]) => pattern.test(path));
  return found && refusal('stateful_route_not_supported', found[1]);
}

function refusal(code: PublicErrorCode, instead: string): RequestError {
  return RequestError.of(code, { message: `This route is not offered. ${instead}` });
}

function noSuchRoute(method: string, path: string, meant: string | undefined): RequestError {
  const hint = meant === undefined ? '' : ` The route is /v1${meant}.`;
  const message = `There is no route ${method} ${shown(path)}.${hint} ${baseUrls}`;
  return RequestError.of('not_found', { message });
}

/** The SDK's part of a path that has another prefix than `/v1`, or none. */
function meantPath(path: string): string | undefined {
  let rest = path;
  for (let cut = 0; cut <= maxPrefixSegments; cut++) {
    if (sdkPaths.has(rest)) return rest;
    const next = rest.indexOf('/', 1);
    if (next === -1) return undefined;
    rest = rest.slice(next);
  }
  return undefined;
}

function shown(path: string): string {
  return path.length > maxShownLength ? `${path.slice(0, maxShownLength)}…` : path;
}
