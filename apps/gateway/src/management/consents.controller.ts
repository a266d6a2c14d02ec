import { Controller, UseInterceptors } from '@nestjs/common';
import { ConsentPurpose, type Consent } from '@modelbridge/contracts/auth.v1';
import { AuthClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import {
  consentPurposes,
  listConsents,
  setConsent,
  type ConsentJson,
} from './consents.operations.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';

const codes: Record<(typeof consentPurposes)[number], ConsentPurpose> = {
  terms: ConsentPurpose.TERMS,
  product_news: ConsentPurpose.PRODUCT_NEWS,
  service_statistics: ConsentPurpose.SERVICE_STATISTICS,
};

/** What the person who made the key has agreed to. */
@Controller()
@UseInterceptors(ForManagementKeys)
export class ConsentsController {
  constructor(private readonly auth: AuthClient) {}

  @Answers(listConsents)
  async list(
    @Manager() { actorUserId }: Managing,
    @Asked(listConsents) _: unknown,
  ): Promise<AnswerOf<typeof listConsents>> {
    const { consents } = await this.auth.listConsents({ userId: actorUserId, actorUserId });
    return { object: 'list', data: consents.flatMap(consentJson) };
  }

  @Answers(setConsent)
  async set(
    @Manager() { actorUserId }: Managing,
    @Asked(setConsent) { params, body }: AskedOf<typeof setConsent>,
  ): Promise<AnswerOf<typeof setConsent>> {
    const purpose = codes[params.purpose];
    const asked = { userId: actorUserId, actorUserId, purpose, given: body.given };
    const { consent } = await this.auth.setConsent(asked);
    const [json] = consent === undefined ? [] : consentJson(consent);
    if (json === undefined) throw RequestError.of('service_unavailable');
    return json;
  }
}

/** Empty for a purpose that only a newer auth knows. */
function consentJson({ purpose, given, decidedAt, ...rest }: Consent): ConsentJson[] {
  const name = consentPurposes.find((one) => codes[one] === purpose);
  if (name === undefined) return [];
  return [
    {
      object: 'consent',
      purpose: name,
      given,
      decided_at: decidedAt?.toISOString() ?? null,
      policy_version: rest.policyVersion ?? null,
      withdrawable: rest.withdrawable,
    },
  ];
}
