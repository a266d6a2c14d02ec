import { setTimeout as delay } from 'node:timers/promises';
import { patienceMs } from '@modelbridge/testing-kit';

/** What a caller saw of one request. */
export interface Answer {
  /** From `x-request-id`; empty when no head came. */
  id: string;
  /** 0 when no head came. */
  status: number;
  headers: Headers;
  body: string;
  /** A 200 that ended as its format ends: nothing is missing. */
  complete: boolean;
}

export interface ErrorBody {
  error: {
    message: string;
    type: string;
    code: string;
    limit_source?: string | null;
    available_nano_usd?: string | null;
    required_nano_usd?: string | null;
  };
}

/** A chat request of few tokens: the sandbox answers with exactly `tokens`. */
export function chatOf(tokens: number, more: object = {}): object {
  return {
    model: 'kimi-k2.5',
    max_tokens: tokens,
    messages: [{ role: 'user', content: `[[tokens=${tokens}]]` }],
    ...more,
  };
}

/** A request of which nothing has come yet. */
export const unanswered = (): Answer => ({
  id: '',
  status: 0,
  headers: new Headers(),
  body: '',
  complete: false,
});

/** Sends one chat request and reads its reply to the end. Never throws: a broken connection is an answer. */
export async function chat(
  gateway: string,
  apiKey: string,
  request: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = unanswered();
  try {
    const response = await fetch(`${gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${apiKey}`,
        ...headers,
      },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(2 * patienceMs),
    });
    answer.id = response.headers.get('x-request-id') ?? '';
    answer.status = response.status;
    answer.headers = response.headers;
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      answer.body += decoder.decode(chunk as Uint8Array, { stream: true });
    }
    const streamed = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    answer.complete =
      response.status === 200 && (!streamed || answer.body.endsWith('data: [DONE]\n\n'));
  } catch {
    answer.complete = false;
  }
  return answer;
}

/** The same, again while something is too late, as on a busy machine: a service (503), or this caller (408). */
export async function chatPatiently(
  gateway: string,
  apiKey: string,
  request: object,
): Promise<Answer> {
  for (;;) {
    const answer = await chat(gateway, apiKey, request);
    if (answer.status !== 503 && answer.status !== 408) return answer;
    await pauseOf(answer);
  }
}

export const errorOf = (answer: Answer): ErrorBody['error'] =>
  (JSON.parse(answer.body) as ErrorBody).error;

/** `callers` work at the same time, each turn by turn, until `turn` says false. */
export async function inParallel(
  callers: number,
  turn: (caller: number, round: number) => Promise<boolean>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let round = 0; await turn(caller, round); round += 1) continue;
    }),
  );
}

/** Where callers wait while something is done that they are not to outrun. */
export class Gate {
  /** How many have passed. */
  passed = 0;
  private left = Number.POSITIVE_INFINITY;
  private opening = Promise.resolve();
  private letThrough = (): void => undefined;

  async pass(): Promise<void> {
    while (this.left === 0) await this.opening;
    this.left -= 1;
    this.passed += 1;
  }

  /** Lets so many more pass, and then nobody. */
  closeAfter(more: number): void {
    this.left = more;
    this.opening = new Promise((resolve) => (this.letThrough = resolve));
  }

  open(): void {
    this.left = Number.POSITIVE_INFINITY;
    this.letThrough();
  }
}

/** Waits as long as a refusal says. */
export function pauseOf(answer: Answer): Promise<void> {
  return delay(Number(answer.headers.get('retry-after-ms') ?? 100));
}
