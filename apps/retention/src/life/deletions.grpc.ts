import type { CheckDeletionsResponse } from '@modelbridge/contracts/retention.v1/receipts';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { DeletionsService } from './deletions.service.js';

@Controller()
export class DeletionsGrpc {
  constructor(private readonly deletions: DeletionsService) {}

  @GrpcMethod('ReceiptService', 'checkDeletions')
  checkDeletions(): Promise<CheckDeletionsResponse> {
    return this.deletions.check();
  }
}
