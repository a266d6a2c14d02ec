import { Controller, Get, Header } from '@nestjs/common';
import { openapiDocument } from './document.js';
import { inferenceRoutes } from './inference-routes.js';
import { operations } from './operations.js';

/** What the public API is, for programs; asked without a key. */
@Controller()
export class OpenapiController {
  private readonly text = JSON.stringify(openapiDocument(operations, inferenceRoutes));

  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  @Header('cache-control', 'public, max-age=300')
  document(): string {
    return this.text;
  }
}
