import { expect } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { eventually } from '@modelbridge/testing-kit';
import { query } from './database.js';
import { getJson, sandboxRequests, seenToGo, setFaults, type UsageItem } from './gateway-api.js';
import { type Api, png, type Reply, toolNames } from './sdk-apis.js';
import type { StackDescription } from '@modelbridge/ops';

/** The catalog's models whose upstream takes no images. */
const textOnly = new Set(['minimax-m2.5', 'minimax-m2.7', 'glm-5']);
/** The catalog's models that several regions serve. */
const inSeveralRegions = new Set(['kimi-k2.5', 'minimax-m2.5', 'minimax-m2.7', 'glm-5']);
const upstreamNames: Record<string, string> = {
  'claude-opus-4-5': 'claude-opus-4-5-20251101',
  'claude-sonnet-4-0': 'claude-sonnet-4-20250514',
};
const replyTokens = 300;
/** Of the stream that its caller leaves. */
const eventsRead = 12;
/** Of the same, sent before its caller leaves. */
const chunksHeld = 40;
/** Of the stream that its upstream breaks. */
const chunksSent = 8;
const retryAfterSeconds = 7;

export interface Case {
  stack: StackDescription;
  api: Api;
  model: string;
}

/** Throws where the feature fails. */
export type Feature = (tested: Case) => Promise<void>;

/** These leave the sandbox alone and may run at the same time. */
export const undisturbed: Record<string, Feature> = {
  plain: async ({ api, model }) =>
    expectAnswer(api, await api.ask(model, { prompt: 'hello' }, false)),

  stream: async ({ api, model }) =>
    expectAnswer(api, await api.ask(model, { prompt: 'hello' }, true)),

  tools: ({ api, model }) =>
    bothWays(async (streamed) => {
      const question = { prompt: 'use the get_time tool', tools: true };
      expectCalls(api, await api.ask(model, question, streamed), 1);
    }),

  'parallel tools': ({ api, model }) =>
    bothWays(async (streamed) => {
      const question = { prompt: 'call two tools', tools: true };
      expectCalls(api, await api.ask(model, question, streamed), 2);
    }),

  image: async ({ stack, api, model }) => {
    const asked = api.ask(model, { prompt: 'what is this?', image: true }, false);
    if (textOnly.has(model)) {
      await expect(asked).rejects.toMatchObject({
        status: 400,
        message: expect.stringMatching(/image/i),
      });
      return;
    }
    expectAnswer(api, await asked);
    // Never dropped in silence: what is not refused reaches the model.
    expect(JSON.stringify(await sandboxRequests(stack))).toContain(png);
  },

  structured: ({ api, model }) =>
    bothWays(async (streamed) => {
      const reply = await api.ask(model, { prompt: 'where?', structured: true }, streamed);
      expectAnswer(api, reply);
      expect(JSON.parse(reply.text)).toEqual({ city: expect.any(String) });
    }),

  reasoning: ({ api, model }) =>
    bothWays(async (streamed) => {
      const reply = await api.ask(model, { prompt: 'think', reasoning: true }, streamed);
      expectAnswer(api, reply);
      expect(reply.reasoned).toBe(true);
    }),
};

/** These put faults into the sandbox and must run one after the other. */
export const disturbed: Record<string, Feature> = {
  'error 400': async ({ stack, api, model }) => {
    const message = 'the prompt is too strange';
    await setFault(stack, model, { error: upstreamError(400, 'invalid_request_error', message) });
    await bothWays(async (streamed) => {
      await expect(api.ask(model, { prompt: 'hello' }, streamed)).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining(message),
      });
    });
  },

  'error 429': async ({ stack, api, model }) => {
    const error = upstreamError(429, 'rate_limit_error', 'slow down, organisation org-secret');
    const headers = { 'retry-after': String(retryAfterSeconds) };
    await setFault(stack, model, { error: { ...error, headers } });
    await bothWays(async (streamed) => {
      const thrown = await errorOf(api.ask(model, { prompt: 'hello' }, streamed));
      expect(thrown).toBeInstanceOf(api.errors.RateLimitError);
      expect(thrown).toMatchObject({ status: 429 });
      expect(headerOf(thrown, 'retry-after')).toBe(String(retryAfterSeconds));
      expect((thrown as Error).message).not.toContain('secret');
    });
  },

  'error 5xx': async ({ stack, api, model }) => {
    for (const status of [500, 503]) {
      await setFault(stack, model, { error: upstreamError(status, 'api_error', 'boom') });
      const thrown = await errorOf(api.ask(model, { prompt: 'hello' }, status === 500));
      expect(thrown).toBeInstanceOf(api.errors.InternalServerError);
      expect(thrown).toMatchObject({ status: status === 500 ? 502 : 503 });
    }
    if (!inSeveralRegions.has(model)) return;
    await bothWays(async (streamed) => {
      await setFault(stack, model, { count: 1, error: upstreamError(500, 'api_error', 'boom') });
      expectAnswer(api, await api.ask(model, { prompt: 'hello' }, streamed));
    });
  },

  'broken stream': async ({ stack, api, model }) => {
    const error = upstreamError(500, 'api_error', 'boom');
    const prompt = `[[tokens=${replyTokens}]]`;
    for (const fault of [{ error, errorAfterChunks: chunksSent }, { cutAfterChunks: chunksSent }]) {
      await setFault(stack, model, fault);
      const { data } = await api.open(model, prompt);
      const seen: unknown[] = [];
      const read = async (): Promise<void> => {
        for await (const event of data) seen.push(event);
      };
      const thrown = await errorOf(read());
      expect(seen).not.toHaveLength(0);
      expect(thrown).toBeInstanceOf(api.errors.APIError);

      const events = await rawEvents(stack, api, api.streamRequest(model, prompt));
      expect(events.filter((event) => isFailure(api, event))).toHaveLength(1);
      expect(events.filter((event) => api.isGoodEnd(event))).toEqual([]);
      expect(isFailure(api, events.at(-1)!)).toBe(true);
    }
  },

  disconnect: async ({ stack, api, model }) => {
    await setFault(stack, model, { holdAfterChunks: chunksHeld });
    const caller = new AbortController();
    const { data, response } = await api.open(model, `[[tokens=${replyTokens}]]`, caller.signal);
    let events = 0;
    for await (const _event of data) {
      events += 1;
      if (events === eventsRead) caller.abort();
    }
    expect(events).toBeGreaterThanOrEqual(eventsRead);
    await seenToGo(stack);
    await setFaults(stack, []);
    const id = response.headers.get('x-request-id') as string;
    const row = await eventually(() => getJson<UsageItem>(stack, `/v1/usage/${id}`));
    expect(row.model).toBe(model);
    const outcomes = await query<{ outcome: string }>(
      stack,
      'usage_ledger',
      'select outcome from usage_request where request_id = $1',
      [uuidOf('request', id)],
    );
    expect(outcomes).toEqual([{ outcome: 'caller_gone' }]);
    // A vendor bills what it has begun: such a short stream is read on to its end, for its own count. A pool counts
    // as it goes, and is not kept at it.
    if (row.provider === 'selfhosted') expect(row.output_tokens).toBeGreaterThanOrEqual(eventsRead);
    else expect(row.output_tokens).toBeGreaterThanOrEqual(replyTokens);
    expect(BigInt(row.cost_nano_usd)).toBeGreaterThan(0n);
  },
};

function expectAnswer(api: Api, reply: Reply): void {
  expect(reply.text).not.toBe('');
  expect(api.stopped).toContain(reply.finish);
}

function expectCalls(api: Api, reply: Reply, least: number): void {
  expect(api.called).toContain(reply.finish);
  expect(new Set(reply.calls.map(({ name }) => name)).size).toBeGreaterThanOrEqual(least);
  for (const { name, input } of reply.calls) {
    expect(toolNames).toContain(name);
    expect(input).toEqual({ city: expect.any(String) });
  }
}

const bothWays = async (check: (streamed: boolean) => Promise<void>): Promise<void> => {
  await Promise.all([check(false), check(true)]);
};

const upstreamError = (status: number, type: string, message: string) => ({
  status,
  type,
  message,
});

function setFault(stack: StackDescription, model: string, fault: object): Promise<void> {
  return setFaults(stack, [{ model: upstreamNames[model] ?? model, ...fault }]);
}

/** The event that ends a stream that failed. A Responses stream may announce it with an `error`. */
const isFailure = (api: Api, event: Record<string, unknown>): boolean =>
  api.path.endsWith('/responses')
    ? event.type === 'response.failed'
    : 'error' in event || event.type === 'error';

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Older SDKs keep an error's headers in a plain object. */
function headerOf(error: unknown, name: string): string | null | undefined {
  const { headers } = error as { headers: Headers | Record<string, string> };
  return headers instanceof Headers ? headers.get(name) : headers[name];
}

/** What stands in the `data` lines of a stream, `[DONE]` left out. */
async function rawEvents(
  stack: StackDescription,
  api: Api,
  body: object,
): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${stack.gateway}${api.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.apiKey}` },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  return lines
    .map((line) => line.slice('data: '.length))
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data) as Record<string, unknown>);
}
