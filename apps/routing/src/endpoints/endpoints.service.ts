import { Inject, Injectable } from '@nestjs/common';
import type { Catalog } from '../catalog/catalog.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { endpointsOf, type BaseUrls, type Endpoint } from './endpoints.js';

export const BASE_URLS = Symbol('base URLs of the upstreams');

/** The endpoints of the catalog that is in force. */
@Injectable()
export class EndpointsService {
  private computedFor: Catalog | undefined;
  private endpoints = new Map<string, Endpoint>();

  constructor(
    private readonly catalog: CatalogService,
    @Inject(BASE_URLS) private readonly baseUrls: BaseUrls,
  ) {}

  /** By endpoint id, in the catalog's order. */
  get current(): ReadonlyMap<string, Endpoint> {
    const catalog = this.catalog.current;
    if (catalog !== this.computedFor) {
      const endpoints = endpointsOf(catalog, this.baseUrls);
      this.endpoints = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
      this.computedFor = catalog;
    }
    return this.endpoints;
  }
}
