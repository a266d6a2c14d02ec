import type {
  GetReceiptKeyResponse,
  ListReceiptsRequest,
  ListReceiptsResponse,
} from '@modelbridge/contracts/retention.v1/receipts';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { ReceiptsService } from './receipts.service.js';

const mostReceipts = 500;

@Controller()
export class ReceiptsGrpc {
  constructor(private readonly receipts: ReceiptsService) {}

  @GrpcMethod('ReceiptService', 'listReceipts')
  async listReceipts({ afterSequence, limit }: ListReceiptsRequest): Promise<ListReceiptsResponse> {
    const most = limit === 0 ? mostReceipts : Math.min(limit, mostReceipts);
    const receipts = await this.receipts.after(afterSequence, most);
    return { receipts: receipts.map((receipt) => ({ ...receipt, facts: { ...receipt.facts } })) };
  }

  @GrpcMethod('ReceiptService', 'getReceiptKey')
  getReceiptKey(): GetReceiptKeyResponse {
    return {
      signingKey: this.receipts.signingKeyId,
      publicKeyPem: this.receipts.publicKeyPem,
    };
  }
}
