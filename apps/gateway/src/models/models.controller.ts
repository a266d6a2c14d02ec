import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { CatalogService } from '../catalog/catalog.service.js';
import { speaksAnthropic } from '../errors/caller-format.js';
import { modelNotFound } from '../errors/request-error.js';
import { anthropicModel, anthropicPage, type PageQuery } from './anthropic-models.js';
import { openaiModel } from './openai-models.js';

/** The models that can be called, in the shape of the caller's vendor with what else the catalog knows. */
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly catalog: CatalogService) {}

  @Get()
  list(@Headers() headers: IncomingHttpHeaders, @Query() query: PageQuery): object {
    const { models } = this.catalog.table();
    if (speaksAnthropic(headers)) return anthropicPage(models, query);
    return { object: 'list', data: models.map(openaiModel), has_more: false, next_cursor: null };
  }

  @Get(':id')
  get(@Headers() headers: IncomingHttpHeaders, @Param('id') id: string): object {
    const model = this.catalog.table().model(id);
    if (model === undefined) throw modelNotFound(id);
    return speaksAnthropic(headers) ? anthropicModel(model, id) : openaiModel(model);
  }
}
