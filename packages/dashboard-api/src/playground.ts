import * as z from 'zod/mini';
import type { Route } from './route.js';

/** Of a request with its images: as JSON. */
export const PLAYGROUND_BODY_BYTES = 8 * 1024 * 1024;

/**
 * One request of the Chat Completions API, asked with a short-lived key of the person's that their server makes and keeps,
 * so that limits hold as for every other key. The answer is the API's own stream: server-sent events, `data: {…}` each, the
 * last chunk with `usage`, then `data: [DONE]`; an error in mid-stream is an event with `error`. `x-request-id` is the id of
 * the request in the activity. What is refused before the stream is answered as on other routes, with the code of the
 * public API, such as `insufficient_quota`.
 */
export const playgroundChat = {
  method: 'POST',
  path: '/bff/accounts/:account_id/playground/chat',
  params: z.object({ account_id: z.string() }),
  /** `team_id` of a team's account. */
  query: z.object({ team_id: z.optional(z.string()) }),
  /** Other members are the API's own: `temperature`, `max_completion_tokens`, `tools` … `stream` is always true. */
  body: z.looseObject({
    model: z.string().check(z.minLength(1), z.maxLength(200)),
    messages: z.array(z.looseObject({ role: z.string() })).check(z.minLength(1)),
  }),
} as const satisfies Route;
