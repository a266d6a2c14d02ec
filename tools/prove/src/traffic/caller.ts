import { setTimeout as delay } from 'node:timers/promises';
import type { CreatedAccount } from '@modelbridge/ops';
import type { System } from '../system/open-system.js';
import type { Canaries } from './canaries.js';
import { apis, type Path } from './wire.js';

export interface Asked {
  path: Path;
  model: string;
  stream: boolean;
  /** A stream sends the answer in one piece. */
  whole?: boolean;
  headers?: Record<string, string>;
  /** Members that are laid over the body. */
  body?: object;
  /** Leaves when the head has come. */
  leaves?: boolean;
  timeoutMs?: number;
}

/** Status 0 where the connection broke. */
export interface Reply {
  status: number;
  text: string;
  requestId: string | null;
}

/** As long as a busy machine may take. */
const patienceMs = 120_000;

/** Sends canaries with one account's key, and counts what was sent by what was to become of it. */
export class Caller {
  readonly sent = new Map<string, number>();
  /** Ids of the requests that were answered. */
  readonly requestIds = new Set<string>();

  constructor(
    private readonly system: System,
    readonly account: CreatedAccount,
    readonly canaries: Canaries,
  ) {}

  get total(): number {
    return [...this.sent.values()].reduce((sum, count) => sum + count, 0);
  }

  async ask(outcome: string, asked: Asked): Promise<Reply> {
    this.sent.set(outcome, (this.sent.get(outcome) ?? 0) + 1);
    const { leaves = false, timeoutMs } = asked;
    const gone = new AbortController();
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => gone.abort(), timeoutMs);
    let requestId: string | null = null;
    try {
      const response = await fetch(`${this.system.gateway}${asked.path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.account.apiKey}`,
          'content-type': 'application/json',
          ...asked.headers,
        },
        body: JSON.stringify(this.bodyOf(asked)),
        signal: gone.signal,
      });
      requestId = response.headers.get('x-request-id');
      if (requestId !== null) this.requestIds.add(requestId);
      if (leaves) {
        await response.body!.getReader().read();
        gone.abort();
      }
      return { status: response.status, text: await response.text(), requestId };
    } catch {
      return { status: 0, text: '', requestId };
    } finally {
      clearTimeout(timer);
    }
  }

  /** The same, again while a service answers the gateway too late, as on a busy machine. */
  async askPatiently(outcome: string, asked: Asked): Promise<Reply> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const reply = await this.ask(outcome, asked);
      const isBusy = reply.status === 503 || reply.status === 429;
      if (!isBusy || performance.now() > giveUpAt) return reply;
      await delay(200);
    }
  }

  private bodyOf({ path, model, stream, whole = false, body }: Asked): object {
    const { asked, answered } = this.canaries;
    const prompt = `${asked} [[say=${answered}]]${whole ? ' [[whole]]' : ''}`;
    return { ...apis[path](prompt), model, stream, ...body };
  }
}

/** Repeats until it gives something; undefined once patience is over. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > giveUpAt) return found;
    await delay(100);
  }
}
