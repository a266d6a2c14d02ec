import { Controller, UseInterceptors } from '@nestjs/common';
import type { Erasure } from '@modelbridge/contracts/retention.v1/erasure';
import { ErasureClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import type { AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import * as operations from './erasure.operations.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';

const stateNames = new Map<unknown, operations.ErasureStateName>(
  Object.entries(operations.erasureStates).map(([name, state]) => [
    state,
    name as operations.ErasureStateName,
  ]),
);

/** The erasure of the person who made the key. */
@Controller()
@UseInterceptors(ForManagementKeys)
export class ErasureController {
  constructor(private readonly erasures: ErasureClient) {}

  @Answers(operations.requestErasure)
  async request(
    @Manager() { actorUserId }: Managing,
    @Asked(operations.requestErasure) _: unknown,
  ): Promise<operations.ErasureJson> {
    return erasureJson((await this.erasures.requestErasure({ actorUserId })).erasure);
  }

  @Answers(operations.confirmErasure)
  async confirm(
    @Manager() { actorUserId }: Managing,
    @Asked(operations.confirmErasure) { body }: AskedOf<typeof operations.confirmErasure>,
  ): Promise<operations.ErasureJson> {
    const { code } = body;
    return erasureJson((await this.erasures.confirmErasure({ actorUserId, code })).erasure);
  }

  @Answers(operations.getErasure)
  async get(
    @Manager() { actorUserId }: Managing,
    @Asked(operations.getErasure) _: unknown,
  ): Promise<operations.ErasureJson> {
    return erasureJson((await this.erasures.getErasure({ actorUserId })).erasure);
  }

  @Answers(operations.cancelErasure)
  async cancel(
    @Manager() { actorUserId }: Managing,
    @Asked(operations.cancelErasure) _: unknown,
  ): Promise<operations.ErasureJson> {
    return erasureJson((await this.erasures.cancelErasure({ actorUserId })).erasure);
  }
}

function erasureJson(erasure: Erasure | undefined): operations.ErasureJson {
  const state = erasure && stateNames.get(erasure.state);
  if (erasure === undefined || state === undefined) throw RequestError.of('service_unavailable');
  return {
    object: 'erasure',
    id: erasure.erasureId,
    state,
    requested_at: erasure.requestedAt?.toISOString() ?? null,
    confirmed_at: erasure.confirmedAt?.toISOString() ?? null,
    executes_at: erasure.executesAt?.toISOString() ?? null,
    deadline: erasure.deadline?.toISOString() ?? null,
  };
}
