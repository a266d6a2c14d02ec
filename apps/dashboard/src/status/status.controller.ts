import { Logger } from '@modelbridge/service-kit/logging';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { UsageLedgerClient } from '../clients/clients.js';
import { statusFeed, type StatusFeed } from './status-feed.js';

const windowHours = 48;
const keptMs = 60_000;

/** How models have answered, for everyone: usage-ledger is asked once a minute, however many ask here. */
@Controller('status.json')
export class StatusController {
  private asked: { feed: Promise<StatusFeed>; atMs: number } | undefined;
  private last: StatusFeed | undefined;

  constructor(
    private readonly usageLedger: UsageLedgerClient,
    private readonly logger: Logger,
  ) {}

  @Get()
  async status(@Res() reply: FastifyReply): Promise<FastifyReply> {
    const feed = await this.feed();
    if (feed === undefined) {
      return reply.code(503).header('retry-after', '60').send({ error: 'unavailable' });
    }
    return reply
      .headers({
        'cache-control': 'public, max-age=60',
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
      })
      .send(feed);
  }

  /** The last one where there is none newer; `counted_until` says how old it is. */
  private async feed(): Promise<StatusFeed | undefined> {
    const now = performance.now();
    if (this.asked === undefined || now - this.asked.atMs > keptMs) {
      this.asked = { feed: this.ask(), atMs: now };
    }
    try {
      this.last = await this.asked.feed;
    } catch (error) {
      this.logger.warn({ err: error }, 'the status feed is not brought up to date');
    }
    return this.last;
  }

  private async ask(): Promise<StatusFeed> {
    const answer = await this.usageLedger.getServiceStatistics({ hours: windowHours });
    return statusFeed(answer.hours, answer.countedUntil, windowHours);
  }
}
