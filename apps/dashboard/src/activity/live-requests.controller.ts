import { liveRequests, type RequestRow } from '@modelbridge/dashboard-api';
import { Logger } from '@modelbridge/service-kit/logging';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { Streams } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { asking } from '../sessions/asking.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { Sessions } from '../sessions/sessions.service.js';
import { Activity } from './activity.service.js';
import { filterOf } from './filter.js';

const everyMs = 1_000;
const pingEveryMs = 15_000;
const pageSize = 100;
/** Of one second; what is beyond them is in the list. */
const mostPages = 5;
const remembered = 5_000;
/** Of all people at once. */
const mostStreams = 500;

/** New requests as they are recorded. Each look asks usage-ledger for the person: who loses their place hears no more. */
@Controller()
export class LiveRequestsController {
  private open = 0;

  constructor(
    private readonly activity: Activity,
    private readonly sessions: Sessions,
    private readonly logger: Logger,
  ) {}

  @Streams(liveRequests)
  async follow(
    @SignedIn() session: Session,
    @Asked() { params, query }: Parts<{ method: 'GET' } & typeof liveRequests>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const of = asking(session, params);
    const filter = filterOf(query);
    const seen = new Set<string>();
    // What is there already is the list's: and who may not look is refused before the stream begins.
    const before = await this.activity.page(of, filter, { limit: pageSize, cursor: '' });
    for (const { id } of before.items) seen.add(id);
    if (this.open >= mostStreams) {
      await reply.code(503).header('retry-after', '10').send();
      return;
    }
    this.open += 1;
    reply.hijack();
    const { raw } = reply;
    const gone = new AbortController();
    raw.once('close', () => gone.abort());
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write(': open\n\n');
    try {
      await this.tell(session, { of, filter, seen }, raw, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) this.logger.warn({ err: error }, 'a live tail ends');
    } finally {
      this.open -= 1;
      raw.end();
    }
  }

  private async tell(
    session: Session,
    tail: { of: ReturnType<typeof asking>; filter: ReturnType<typeof filterOf>; seen: Set<string> },
    raw: NodeJS.WritableStream,
    signal: AbortSignal,
  ): Promise<void> {
    let pingAt = performance.now() + pingEveryMs;
    for (;;) {
      await wait(everyMs, undefined, { signal });
      await this.sessions.goOn(session);
      const fresh = await this.fresh(tail);
      const events = fresh.map((row) => `id: ${row.id}\ndata: ${JSON.stringify(row)}\n\n`).join('');
      const isPing = performance.now() >= pingAt;
      if (events === '' && !isPing) continue;
      pingAt = performance.now() + pingEveryMs;
      // A browser that does not read is not told more until it does.
      if (!raw.write(events === '' ? ': ping\n\n' : events)) {
        await new Promise((resolve, reject) => {
          raw.once('drain', resolve);
          signal.addEventListener('abort', reject, { once: true });
        });
      }
    }
  }

  /** Oldest first. */
  private async fresh({
    of,
    filter,
    seen,
  }: Parameters<typeof this.tell>[1]): Promise<RequestRow[]> {
    const found: RequestRow[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < mostPages; pages++) {
      const page = await this.activity.page(of, filter, { limit: pageSize, cursor });
      const unseen = page.items.filter(({ id }) => !seen.has(id));
      found.push(...unseen);
      cursor = unseen.length < page.items.length ? null : page.next_cursor;
    }
    if (seen.size > remembered) {
      const kept = [...seen].slice(-remembered / 2);
      seen.clear();
      for (const id of kept) seen.add(id);
    }
    for (const { id } of found.toReversed()) seen.add(id);
    return found.toReversed();
  }
}
