import { Module, type DynamicModule } from '@nestjs/common';
import { CatalogModule } from './catalog/catalog.module.js';
import type { Config } from './config.js';
import { DocsController } from './docs/docs.controller.js';
import { HomeController } from './home/home.controller.js';
import { UnsubscribeController } from './notices/unsubscribe.controller.js';
import { PoliciesController } from './policies/policies.controller.js';
import { PricingController } from './pricing/pricing.controller.js';
import { SiteModule } from './site/site.module.js';
import { StatusController } from './status/status.controller.js';
import { Status } from './status/status.service.js';

/** The pages that anybody sees: made by the server, without scripts. */
@Module({})
export class PublicPagesModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: PublicPagesModule,
      imports: [SiteModule.forRoot(config), CatalogModule],
      controllers: [
        DocsController,
        HomeController,
        PoliciesController,
        PricingController,
        StatusController,
        UnsubscribeController,
      ],
      providers: [Status],
    };
  }
}
