import { modelRoutes, type Answer } from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { RoutingClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { modelJson } from './model-json.js';

/** The models that there are, with what they cost and how they do. */
@Controller()
export class ModelsController {
  constructor(private readonly routing: RoutingClient) {}

  @Answers(modelRoutes.list)
  async list(): Promise<Answer<typeof modelRoutes.list>> {
    const { snapshot } = await this.routing.getSnapshot({});
    if (snapshot === undefined) throw new Error('routing answered without a snapshot');
    const { models, endpoints, publishedAt } = snapshot;
    return {
      published_at: (publishedAt ?? new Date(0)).toISOString(),
      items: models.map((model) =>
        modelJson(
          model,
          endpoints.filter(({ modelId }) => modelId === model.id),
        ),
      ),
    };
  }
}
