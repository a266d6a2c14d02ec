import type { RoutingServiceClient } from '@modelbridge/contracts/routing.v1';
import { RpcError, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import type { OnApplicationShutdown } from '@nestjs/common';

/** Names of models, as routing's catalog knows them. */
export class ModelNames implements OnApplicationShutdown {
  constructor(
    private readonly routing: Pick<
      PromisifiedClient<RoutingServiceClient>,
      'getSnapshot' | 'close'
    >,
  ) {}

  /**
   * The ids that ids and aliases stand for, each once. Throws `invalid_argument`, naming the field, for one
   * that does not exist, `unavailable` where routing does not answer.
   */
  async idsOf(names: readonly string[], field = 'allowed_models'): Promise<string[]> {
    if (names.length === 0) return [];
    const ids = await this.known(field);
    const unknown = names.find((name) => !ids.has(name));
    if (unknown !== undefined) {
      throw new RpcError(
        'invalid_argument',
        `${field} has ${JSON.stringify(unknown)}, which is no model: GET /v1/models lists those that exist`,
        { field, details: { model: unknown } },
      );
    }
    return [...new Set(names.map((name) => ids.get(name)!))];
  }

  onApplicationShutdown(): void {
    this.routing.close();
  }

  private async known(field: string): Promise<Map<string, string>> {
    try {
      const { snapshot } = await this.routing.getSnapshot({});
      return new Map(
        (snapshot?.models ?? []).flatMap(({ id, aliases }) =>
          [...aliases, id].map((name) => [name, id] as const),
        ),
      );
    } catch (error) {
      throw new RpcError('unavailable', 'the models cannot be looked up right now: try again', {
        field,
        cause: error,
      });
    }
  }
}
