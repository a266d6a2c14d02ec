import { Controller, Headers } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { CatalogService } from '../catalog/catalog.service.js';
import { speaksAnthropic } from '../errors/caller-format.js';
import { modelNotFound } from '../errors/request-error.js';
import { CallerKey } from '../keys/caller.js';
import { mayUseModel } from '../keys/key-access.js';
import type { ResolvedKey } from '../keys/resolved-key.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import type { AskedOf } from '../operations/operation.js';
import { anthropicModel, anthropicPage } from './anthropic-models.js';
import { getModel, listModels } from './models.operations.js';
import { openaiModel } from './openai-models.js';

/** The models that can be called with the key, in the shape of the caller's vendor with what else the catalog knows. */
@Controller()
export class ModelsController {
  constructor(private readonly catalog: CatalogService) {}

  @Answers(listModels)
  list(
    @CallerKey() key: ResolvedKey,
    @Headers() headers: IncomingHttpHeaders,
    @Asked(listModels) { query }: AskedOf<typeof listModels>,
  ): object {
    const models = this.catalog.table().models.filter((model) => mayUseModel(key.access, model));
    if (speaksAnthropic(headers)) return anthropicPage(models, query);
    return { object: 'list', data: models.map(openaiModel), has_more: false, next_cursor: null };
  }

  @Answers(getModel)
  get(
    @CallerKey() key: ResolvedKey,
    @Headers() headers: IncomingHttpHeaders,
    @Asked(getModel) { params: { id } }: AskedOf<typeof getModel>,
  ): object {
    const model = this.catalog.table().model(id);
    if (model === undefined || !mayUseModel(key.access, model)) throw modelNotFound(id);
    return speaksAnthropic(headers) ? anthropicModel(model, id) : openaiModel(model);
  }
}
