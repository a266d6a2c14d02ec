import type {
  ReportEndpointsRequest,
  ReportEndpointsResponse,
} from '@modelbridge/contracts/routing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { HealthService } from './health.service.js';
import { reportSchema } from './report.js';

@Controller()
export class HealthGrpc {
  constructor(private readonly health: HealthService) {}

  @GrpcMethod('RoutingService', 'reportEndpoints')
  reportEndpoints(request: ReportEndpointsRequest): ReportEndpointsResponse {
    this.health.report(validRequest(reportSchema, request));
    return {};
  }
}
