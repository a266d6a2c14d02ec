import type { Plan } from '@modelbridge/contracts/billing.v1';
import { Logger } from '@modelbridge/service-kit/logging';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Catalog } from '../catalog/catalog.js';
import { BillingClient } from '../clients/clients.js';
import { KeptAnswer } from '../site/kept-answer.js';
import { PublicPlaces } from '../site/public-places.js';
import { Rendered } from '../site/rendered.js';
import { sendUnavailable } from '../site/unavailable.js';
import { pricingPage } from './pricing-page.js';

/** What models and plans cost, from the catalog that requests are charged by and the plans that are sold. */
@Controller('pricing')
export class PricingController {
  private readonly plans: KeptAnswer<Plan[]>;
  private readonly page = new Rendered();

  constructor(
    private readonly catalog: Catalog,
    private readonly places: PublicPlaces,
    billing: BillingClient,
    logger: Logger,
  ) {
    const ask = async () => (await billing.listPlans({})).plans;
    this.plans = new KeptAnswer('the plans', ask, logger);
  }

  @Get()
  async pricing(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<FastifyReply> {
    const [snapshot, plans] = await Promise.all([this.catalog.snapshot(), this.plans.get()]);
    const models = snapshot?.models;
    if (models === undefined) return sendUnavailable(reply, 'The prices cannot be shown just now.');
    return this.page
      .of([models, plans], () => pricingPage(models, plans, this.places.origin))
      .send(request, reply);
  }
}
