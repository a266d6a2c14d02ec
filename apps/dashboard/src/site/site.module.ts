import { Global, Injectable, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.js';
import { NotFoundFilter } from './not-found.filter.js';
import { PublicPlaces } from './public-places.js';
import { PublicText } from './public-text.js';
import { siteFiles } from './site-files.js';

const forEver = 'public, max-age=31536000, immutable';

/** Serves what the pages of the site load. */
@Injectable()
class SiteFileRoutes implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    for (const { path, type, body } of Object.values(siteFiles)) {
      const text = new PublicText(body, type, forEver);
      fastify.get(path, (request, reply) => text.send(request, reply));
    }
  }
}

/** What all public pages have in common. */
@Global()
@Module({})
export class SiteModule {
  static forRoot({ PUBLIC_ORIGIN, API_ORIGIN }: Config): DynamicModule {
    return {
      module: SiteModule,
      providers: [
        SiteFileRoutes,
        { provide: PublicPlaces, useValue: new PublicPlaces(PUBLIC_ORIGIN, API_ORIGIN) },
        { provide: APP_FILTER, useClass: NotFoundFilter },
      ],
      exports: [PublicPlaces],
    };
  }
}
