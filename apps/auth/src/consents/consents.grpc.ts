import { actorOf, requireSelf } from '@modelbridge/access';
import {
  ConsentPurpose,
  ConsentSource,
  type Consent as ConsentMessage,
  type ListConsentsRequest,
  type ListConsentsResponse,
  type ListObjectorsRequest,
  type ListObjectorsResponse,
  type SetConsentRequest,
  type SetConsentResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { userReferenceSchema } from '../users/user.js';
import { noUser } from '../users/users.service.js';
import {
  consentChangeSchema,
  objectorPageSchema,
  type Consent,
  type ConsentPurpose as Purpose,
} from './consent.js';
import { ConsentsService } from './consents.service.js';

const codes: Record<Purpose, ConsentPurpose> = {
  terms: ConsentPurpose.TERMS,
  product_news: ConsentPurpose.PRODUCT_NEWS,
  service_statistics: ConsentPurpose.SERVICE_STATISTICS,
};

function purposeName(code: ConsentPurpose): Purpose | undefined {
  return (Object.keys(codes) as Purpose[]).find((name) => codes[name] === code);
}

@Controller()
export class ConsentsGrpc {
  constructor(private readonly consents: ConsentsService) {}

  @GrpcMethod('AuthService', 'listConsents')
  async listConsents(request: ListConsentsRequest): Promise<ListConsentsResponse> {
    const { userId } = validRequest(userReferenceSchema, request);
    requireSelf('listConsents', actorOf(request), userId, noUser());
    return { consents: (await this.consents.list(userId)).map(consentMessage) };
  }

  @GrpcMethod('AuthService', 'setConsent')
  async setConsent(request: SetConsentRequest): Promise<SetConsentResponse> {
    const asked = { ...request, purpose: purposeName(request.purpose) };
    const { userId, purpose, given } = validRequest(consentChangeSchema, asked);
    requireSelf('setConsent', actorOf(request), userId, noUser());
    return { consent: consentMessage(await this.consents.set(userId, purpose, given)) };
  }

  @GrpcMethod('AuthService', 'listObjectors')
  async listObjectors(request: ListObjectorsRequest): Promise<ListObjectorsResponse> {
    const asked = { ...request, purpose: purposeName(request.purpose) };
    const { purpose, limit, cursor } = validRequest(objectorPageSchema, asked);
    return this.consents.objectors(purpose, limit, cursor);
  }
}

function consentMessage({ purpose, source, ...consent }: Consent): ConsentMessage {
  const sources = { person: ConsentSource.PERSON, operator: ConsentSource.OPERATOR };
  return {
    ...consent,
    purpose: codes[purpose],
    source: source === undefined ? ConsentSource.UNSPECIFIED : sources[source],
    decidedAt: consent.decidedAt,
    policyVersion: consent.policyVersion,
  };
}
