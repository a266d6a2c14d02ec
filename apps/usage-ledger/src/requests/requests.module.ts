import { Module } from '@nestjs/common';
import { RequestAccess } from './request-access.service.js';
import { RequestsGrpc } from './requests.grpc.js';
import { RequestsRepository } from './requests.repository.js';
import { RequestsService } from './requests.service.js';

@Module({
  controllers: [RequestsGrpc],
  providers: [RequestsService, RequestAccess, RequestsRepository],
  exports: [RequestsService, RequestAccess],
})
export class RequestsModule {}
