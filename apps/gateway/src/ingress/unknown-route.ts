import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { WireFormat } from '@modelbridge/llm-wire';
import { callerFormat } from '../errors/caller-format.js';
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

const textOnly =
  'There are models that write text only: POST /v1/chat/completions, /v1/responses or /v1/messages.';
const chatInstead = 'Use POST /v1/chat/completions, /v1/responses or /v1/messages.';

/** Routes of the vendors' APIs that need nothing that is held, and are not offered all the same. */
const others: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/v1\/(embeddings|rerank|score|moderations)(\/|$)/, textOnly],
  [/^\/v1\/(images|videos|audio)(\/|$)/, textOnly],
  [/^\/v1\/(completions|complete)$/, chatInstead],
  [
    /^\/v1\/realtime(\/|$)/,
    'Nothing is spoken here: text is streamed by POST /v1/responses, or over a WebSocket on the same path.',
  ],
];

/** Routes of the vendors' APIs that name what is held at the provider, and what to do instead. */
const routes: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/v1\/responses\/./, resend],
  [/^\/v1\/chat\/completions\/./, resend],
  [/^\/v1\/(conversations|assistants|threads)(\/|$)/, resend],
  [/^\/v1\/(files|uploads|vector_stores|containers)(\/|$)/, inline],
  [/^\/v1\/skills(\/|$)/, 'Skills are not stored: give the model their text in its instructions.'],
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
  const format = spoken ?? callerFormat(path, headers);
  return { format, error: notOffered(path) ?? noSuchRoute(method, path, meant) };
}

/** 405, but 426 where a GET can only be meant for a WebSocket. */
export function wrongMethod(
  { method = '' }: IncomingMessage,
  path: string,
  allowed: ReadonlySet<string>,
): RequestError {
  if (method === 'GET' && path === '/v1/responses') {
    return RequestError.of('upgrade_required', {
      headers: { upgrade: 'websocket', connection: 'upgrade, close' },
    });
  }
  const allow = [...allowed].join(', ');
  return RequestError.of('method_not_allowed', {
    message: `${shown(path)} takes ${allow}, not ${method}.`,
    headers: { allow },
  });
}

function notOffered(path: string): RequestError | undefined {
  const isPath = ([pattern]: readonly [RegExp, string]): boolean => pattern.test(path);
  const other = others.find(isPath);
  if (other !== undefined) return refusal('route_not_supported', other[1]);
  const found = routes.find(isPath);
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
