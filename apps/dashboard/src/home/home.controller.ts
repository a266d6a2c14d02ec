import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Catalog } from '../catalog/catalog.js';
import { PublicPlaces } from '../site/public-places.js';
import { Rendered } from '../site/rendered.js';
import { homePage } from './home-page.js';

@Controller()
export class HomeController {
  private readonly page = new Rendered();

  constructor(
    private readonly catalog: Catalog,
    private readonly places: PublicPlaces,
  ) {}

  @Get()
  async home(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<FastifyReply> {
    const models = (await this.catalog.snapshot())?.models;
    const { origin, apiOrigin } = this.places;
    return this.page.of([models], () => homePage(models, origin, apiOrigin)).send(request, reply);
  }
}
