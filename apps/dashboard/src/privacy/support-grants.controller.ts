import type { SupportGrant } from '@modelbridge/contracts/retention.v1/support-grants';
import {
  privacyRoutes,
  type Answer,
  type SupportGrant as GrantJson,
} from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { SupportGrantClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { Sensitive, SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';

/** Whom the person lets read what their requests say. */
@Controller()
export class SupportGrantsController {
  constructor(private readonly grants: SupportGrantClient) {}

  @Answers(privacyRoutes.supportGrants)
  async list(@SignedIn() { userId }: Session): Promise<Answer<typeof privacyRoutes.supportGrants>> {
    const { grants } = await this.grants.listSupportGrants({ actorUserId: userId });
    return { items: grants.map(grantJson) };
  }

  @Answers(privacyRoutes.createSupportGrant)
  @Sensitive()
  async create(
    @SignedIn() { userId }: Session,
    @Asked() { body }: Parts<typeof privacyRoutes.createSupportGrant>,
  ): Promise<GrantJson> {
    const { grant } = await this.grants.createSupportGrant({
      actorUserId: userId,
      requestIds: body.request_ids,
      from: dateOf(body.from),
      to: dateOf(body.to),
      expiresAt: dateOf(body.expires_at),
    });
    return grantJson(given(grant));
  }

  @Answers(privacyRoutes.withdrawSupportGrant)
  async withdraw(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<typeof privacyRoutes.withdrawSupportGrant>,
  ): Promise<GrantJson> {
    const asked = { grantId: params.grant_id, actorUserId: userId };
    return grantJson(given((await this.grants.withdrawSupportGrant(asked)).grant));
  }
}

function dateOf(text: string | null): Date | undefined {
  return text === null ? undefined : new Date(text);
}

function given(grant: SupportGrant | undefined): SupportGrant {
  if (grant === undefined) throw new Error('retention answered without a grant');
  return grant;
}

function grantJson(grant: SupportGrant): GrantJson {
  return {
    grant_id: grant.grantId,
    request_ids: grant.requestIds,
    from: grant.from?.toISOString() ?? null,
    to: grant.to?.toISOString() ?? null,
    created_at: (grant.createdAt ?? new Date(0)).toISOString(),
    expires_at: (grant.expiresAt ?? new Date(0)).toISOString(),
    withdrawn_at: grant.withdrawnAt?.toISOString() ?? null,
  };
}
