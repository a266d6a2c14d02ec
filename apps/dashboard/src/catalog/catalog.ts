import type { Snapshot } from '@modelbridge/contracts/routing.v1';
import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable } from '@nestjs/common';
import { RoutingClient } from '../clients/clients.js';
import { KeptAnswer } from '../site/kept-answer.js';

const keptMs = 10_000;

/** The models with their prices and endpoints, as routing tells them now. */
@Injectable()
export class Catalog {
  private readonly kept: KeptAnswer<Snapshot | undefined>;

  constructor(routing: RoutingClient, logger: Logger) {
    const ask = async () => (await routing.getSnapshot({})).snapshot;
    this.kept = new KeptAnswer('the catalog', ask, logger, keptMs);
  }

  /** Undefined while routing has not answered yet. */
  snapshot(): Promise<Snapshot | undefined> {
    return this.kept.get();
  }
}
