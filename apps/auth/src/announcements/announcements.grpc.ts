import type {
  PublishPolicyVersionRequest,
  PublishPolicyVersionResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { policyMessage } from '../policies/policy-message.js';
import { newPolicyVersionSchema } from '../policies/policy-version.js';
import { AnnouncementsService } from './announcements.service.js';

@Controller()
export class AnnouncementsGrpc {
  constructor(private readonly announcements: AnnouncementsService) {}

  @GrpcMethod('AuthService', 'publishPolicyVersion')
  async publishPolicyVersion(
    request: PublishPolicyVersionRequest,
  ): Promise<PublishPolicyVersionResponse> {
    const given = validRequest(newPolicyVersionSchema, request);
    const { version, mails } = await this.announcements.publish(given);
    return { version: policyMessage(version), mails };
  }
}
