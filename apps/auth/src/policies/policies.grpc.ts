import type {
  GetCurrentPolicyResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { policyMessage } from './policy-message.js';
import { PoliciesService } from './policies.service.js';
import { policyReferenceSchema } from './policy-version.js';

@Controller()
export class PoliciesGrpc {
  constructor(private readonly policies: PoliciesService) {}

  @GrpcMethod('AuthService', 'getCurrentPolicy')
  async getCurrentPolicy(): Promise<GetCurrentPolicyResponse> {
    const current = await this.policies.current();
    const announced = await this.policies.upcoming();
    return {
      policyVersion: current.policyVersion,
      current: policyMessage(current),
      announced: announced && policyMessage(announced),
    };
  }

  @GrpcMethod('AuthService', 'listPolicyVersions')
  async listPolicyVersions(): Promise<ListPolicyVersionsResponse> {
    return { versions: (await this.policies.list()).map(policyMessage) };
  }

  @GrpcMethod('AuthService', 'getPolicyVersion')
  async getPolicyVersion(request: GetPolicyVersionRequest): Promise<GetPolicyVersionResponse> {
    const { policyVersion } = validRequest(policyReferenceSchema, request);
    const { version, document } = await this.policies.get(policyVersion);
    return { version: policyMessage(version), document };
  }
}
