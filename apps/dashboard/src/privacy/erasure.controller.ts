import { ErasureState, type Erasure } from '@modelbridge/contracts/retention.v1/erasure';
import {
  privacyRoutes,
  type Answer,
  type Erasure as ErasureJson,
} from '@modelbridge/dashboard-api';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { ErasureClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { Sensitive, SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';

type State = Answer<typeof privacyRoutes.erasure>;

const states: Partial<Record<ErasureState, ErasureJson['state']>> = {
  [ErasureState.REQUESTED]: 'requested',
  [ErasureState.CONFIRMED]: 'confirmed',
  [ErasureState.CANCELLED]: 'cancelled',
  [ErasureState.ERASING]: 'erasing',
  [ErasureState.RELEASING]: 'releasing',
  [ErasureState.DONE]: 'done',
};

/** The deletion of the person's account. */
@Controller()
export class ErasureController {
  constructor(private readonly erasures: ErasureClient) {}

  @Answers(privacyRoutes.erasure)
  async get(@SignedIn() { userId }: Session): Promise<State> {
    try {
      const { erasure } = await this.erasures.getErasure({ actorUserId: userId });
      return { erasure: erasureJson(erasure) };
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') return { erasure: null };
      throw error;
    }
  }

  @Answers(privacyRoutes.requestErasure)
  @Sensitive()
  async request(
    @SignedIn() { userId }: Session,
  ): Promise<Answer<typeof privacyRoutes.requestErasure>> {
    const { erasure, codeExpiresAt } = await this.erasures.requestErasure({ actorUserId: userId });
    return {
      erasure: erasureJson(erasure),
      code_expires_at: (codeExpiresAt ?? new Date(0)).toISOString(),
    };
  }

  @Answers(privacyRoutes.confirmErasure)
  @Sensitive()
  async confirm(
    @SignedIn() { userId }: Session,
    @Asked() { body }: Parts<typeof privacyRoutes.confirmErasure>,
  ): Promise<State> {
    const asked = { actorUserId: userId, code: body.code };
    return { erasure: erasureJson((await this.erasures.confirmErasure(asked)).erasure) };
  }

  @Answers(privacyRoutes.cancelErasure)
  async cancel(@SignedIn() { userId }: Session): Promise<State> {
    const { erasure } = await this.erasures.cancelErasure({ actorUserId: userId });
    return { erasure: erasureJson(erasure) };
  }
}

function erasureJson(erasure: Erasure | undefined): ErasureJson {
  const state = erasure && states[erasure.state];
  if (erasure === undefined || state === undefined) {
    throw new Error('retention answered without an erasure');
  }
  return {
    erasure_id: erasure.erasureId,
    state,
    requested_at: (erasure.requestedAt ?? new Date(0)).toISOString(),
    confirmed_at: erasure.confirmedAt?.toISOString() ?? null,
    executes_at: erasure.executesAt?.toISOString() ?? null,
    deadline: erasure.deadline?.toISOString() ?? null,
  };
}
