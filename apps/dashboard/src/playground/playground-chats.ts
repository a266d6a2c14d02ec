import type { playgroundChat, Read } from '@modelbridge/dashboard-api';
import { z } from 'zod';
import { RouteError } from '../routes/route-error.js';
import type { PlaygroundAccount, PlaygroundKeys } from './playground-keys.js';

type Body = Read<typeof playgroundChat, 'body'>;

/** What the gateway says of a request that it refuses. */
const refusalSchema = z.object({
  error: z.object({
    message: z.string(),
    code: z.string().nullish(),
    param: z.string().nullish(),
  }),
});

/** Chat completions of people, asked of the gateway as they would themselves. */
export class PlaygroundChats {
  private readonly url: URL;

  /** @param gateway where this process finds the public API */
  constructor(
    private readonly keys: PlaygroundKeys,
    gateway: string,
  ) {
    this.url = new URL('/v1/chat/completions', gateway);
  }

  /** The gateway's answer, a stream. Throws what it refuses as a RouteError with its code, and what auth throws. */
  async begin(account: PlaygroundAccount, body: Body, signal: AbortSignal): Promise<Response> {
    const sent = JSON.stringify({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    const apiKey = await this.keys.of(account);
    let answer = await this.ask(apiKey, sent, signal);
    // Only keys that have ended: of a disabled one the person is told.
    if (answer.status === 401 && (await codeOf(answer.clone())) !== 'key_disabled') {
      await answer.body?.cancel();
      await this.keys.forget(account, apiKey);
      answer = await this.ask(await this.keys.of(account), sent, signal);
    }
    if (answer.ok && answer.body !== null) return answer;
    throw await refusalOf(answer);
  }

  private async ask(apiKey: string, body: string, signal: AbortSignal): Promise<Response> {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    try {
      return await fetch(this.url, { method: 'POST', headers, body, signal, redirect: 'error' });
    } catch (error) {
      if (signal.aborted) throw error;
      const message =
        'The API does not answer just now. Nothing was charged: try again in a moment.';
      throw new RouteError(503, 'unavailable', message, { retryAfterSeconds: 2 });
    }
  }
}

async function refusalOf(answer: Response): Promise<RouteError> {
  const { data } = refusalSchema.safeParse(await answer.json().catch(() => undefined));
  const code = data?.error.code ?? 'upstream_failed';
  const message = data?.error.message ?? 'The API failed to answer. Try again in a moment.';
  const retryAfter = Number(answer.headers.get('retry-after'));
  return new RouteError(statusOf(answer.status), code, message, {
    field: data?.error.param ?? undefined,
    requestId: answer.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: retryAfter > 0 ? retryAfter : undefined,
  });
}

/** Here 401 says that nobody is signed in, which is not what is wrong with a key. */
function statusOf(status: number): number {
  if (status === 401) return 403;
  return status >= 400 ? status : 502;
}

async function codeOf(answer: Response): Promise<string | undefined> {
  const { data } = refusalSchema.safeParse(await answer.json().catch(() => undefined));
  return data?.error.code ?? undefined;
}
