import {
  ConsentPurpose,
  ConsentSource,
  type Consent,
  type PolicyVersion,
} from '@modelbridge/contracts/auth.v1';
import {
  CONSENT_PURPOSES,
  consentRoutes,
  type Consent as ConsentJson,
  type Consents,
} from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';

const codes: Record<(typeof CONSENT_PURPOSES)[number], ConsentPurpose> = {
  terms: ConsentPurpose.TERMS,
  product_news: ConsentPurpose.PRODUCT_NEWS,
  service_statistics: ConsentPurpose.SERVICE_STATISTICS,
};

/** What the person has agreed to, and what there is to agree to. */
@Controller()
export class ConsentsController {
  constructor(private readonly auth: AuthClient) {}

  @Answers(consentRoutes.list)
  list(@SignedIn() { userId }: Session): Promise<Consents> {
    return this.of(userId);
  }

  @Answers(consentRoutes.accept)
  async accept(
    @SignedIn() { userId }: Session,
    @Asked() { body }: Parts<typeof consentRoutes.accept>,
  ): Promise<Consents> {
    await this.auth.recordConsents({
      userId,
      actorUserId: userId,
      policyVersion: body.policy_version,
      termsAccepted: body.terms_accepted,
      isAdult: body.is_adult,
      source: ConsentSource.PERSON,
    });
    return this.of(userId);
  }

  @Answers(consentRoutes.set)
  async set(
    @SignedIn() { userId }: Session,
    @Asked() { params, body }: Parts<typeof consentRoutes.set>,
  ): Promise<Consents> {
    const purpose = codes[params.purpose];
    await this.auth.setConsent({ userId, actorUserId: userId, purpose, given: body.given });
    return this.of(userId);
  }

  private async of(userId: string): Promise<Consents> {
    const [{ consents }, { current, announced }] = await Promise.all([
      this.auth.listConsents({ userId, actorUserId: userId }),
      this.auth.getCurrentPolicy({}),
    ]);
    const hasAccepted = consents.some(({ purpose, given }) => purpose === codes.terms && given);
    return {
      consents: consents.flatMap(consentJson),
      to_accept: hasAccepted ? null : versionJson(current),
      announced: versionJson(announced),
    };
  }
}

/** Empty for a purpose that only a newer auth knows. */
function consentJson({ purpose, given, decidedAt, ...rest }: Consent): ConsentJson[] {
  const name = CONSENT_PURPOSES.find((one) => codes[one] === purpose);
  if (name === undefined) return [];
  return [
    {
      purpose: name,
      given,
      decided_at: decidedAt?.toISOString() ?? null,
      policy_version: rest.policyVersion ?? null,
      withdrawable: rest.withdrawable,
    },
  ];
}

function versionJson(version: PolicyVersion | undefined): Consents['announced'] {
  if (version === undefined) return null;
  return {
    version: version.policyVersion,
    summary: version.summary,
    effective_at: version.effectiveAt?.toISOString() ?? null,
  };
}
