import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Catalog } from '../catalog/catalog.js';
import { PublicPlaces } from '../site/public-places.js';
import { Rendered } from '../site/rendered.js';
import { sendUnavailable } from '../site/unavailable.js';
import { statusPage } from './status-page.js';
import { Status } from './status.service.js';

/** How models answer, as a page and for programs. */
@Controller()
export class StatusController {
  private readonly page = new Rendered();

  constructor(
    private readonly status: Status,
    private readonly catalog: Catalog,
    private readonly places: PublicPlaces,
  ) {}

  @Get('status')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<FastifyReply> {
    const [feed, snapshot] = await Promise.all([this.status.feed(), this.catalog.snapshot()]);
    if (feed === undefined && snapshot === undefined) {
      return sendUnavailable(reply, 'The status cannot be shown just now.');
    }
    return this.page
      .of([feed, snapshot], () => statusPage(feed, snapshot, this.places.origin))
      .send(request, reply);
  }

  @Get('status.json')
  async feed(@Res() reply: FastifyReply): Promise<FastifyReply> {
    const feed = await this.status.feed();
    if (feed === undefined) {
      return reply.code(503).header('retry-after', '60').send({ error: 'unavailable' });
    }
    return reply
      .headers({
        'cache-control': 'public, max-age=60',
        'access-control-allow-origin': '*',
        // helmet lets only this origin read what it answers; this is for every page.
        'cross-origin-resource-policy': 'cross-origin',
      })
      .send(feed);
  }
}
