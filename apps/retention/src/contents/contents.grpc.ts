import type {
  StoreContentsRequest,
  StoreContentsResponse,
} from '@modelbridge/contracts/retention.v1/content';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { contentBounds } from './bounds.js';
import { ContentsService } from './contents.service.js';

@Controller()
export class ContentsGrpc {
  constructor(private readonly contents: ContentsService) {}

  @GrpcMethod('ContentService', 'storeContents')
  storeContents({ contents }: StoreContentsRequest): Promise<StoreContentsResponse> {
    if (contents.length > contentBounds.contents) {
      const message = `contents must be at most ${contentBounds.contents}`;
      throw new RpcError('invalid_argument', message, { field: 'contents' });
    }
    return this.contents.store(contents);
  }
}
