import { requireActor } from '@modelbridge/access';
import { staffRoleOf } from '@modelbridge/contracts/access';
import type {
  DeleteContentsRequest,
  DeleteContentsResponse,
  GetContentRequest,
  GetContentResponse,
  ListContentsRequest,
  ListContentsResponse,
} from '@modelbridge/contracts/retention.v1/content';
import { currentCaller, RpcError, validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Clock } from '../clock/clock.js';
import { HoldingsService } from '../contents/holdings.service.js';
import { contentMessage, heldMessage } from './content-message.js';
import { ListingService } from './listing.service.js';
import { ReadingService } from './reading.service.js';
import { contentReferenceSchema, deletionSchema, listSchema } from './wanted.js';

@Controller()
export class ReadingGrpc {
  constructor(
    private readonly reading: ReadingService,
    private readonly listing: ListingService,
    private readonly holdings: HoldingsService,
    private readonly clock: Clock,
  ) {}

  @GrpcMethod('ContentService', 'listContents')
  async listContents(request: ListContentsRequest): Promise<ListContentsResponse> {
    const author = authorOf(request);
    const { accountId, grantId, ...page } = validRequest(listSchema, request);
    const { contents, nextCursor } =
      author === undefined
        ? await this.listing.ofGrant(givenGrant(grantId), page)
        : await this.listing.ofAuthor({ userId: author, accountId }, page);
    return { contents: contents.map(heldMessage), nextCursor };
  }

  @GrpcMethod('ContentService', 'getContent')
  async getContent(request: GetContentRequest): Promise<GetContentResponse> {
    const author = authorOf(request);
    const { requestId, accountId } = validRequest(contentReferenceSchema, request);
    return contentMessage(
      author === undefined
        ? await this.reading.asStaff(requestId)
        : await this.reading.asAuthor(requestId, { userId: author, accountId }),
    );
  }

  @GrpcMethod('ContentService', 'deleteContents')
  async deleteContents(request: DeleteContentsRequest): Promise<DeleteContentsResponse> {
    const userId = requireActor(request);
    const { accountId, spans, said } = validRequest(deletionSchema, request);
    const deleted = await this.holdings.delete(
      { userId, accountId },
      spans(this.clock.now()),
      said,
    );
    return { deleted };
  }
}

/** Undefined for staff, who never act as the author: whatever they name, they need the author's grant. */
function authorOf(request: { actorUserId?: string }): string | undefined {
  const isStaff = staffRoleOf(currentCaller()?.principal ?? '') !== undefined;
  if (!isStaff) return requireActor(request);
  if (request.actorUserId === undefined) return undefined;
  const message = 'actor_user_id must be unset: staff reads under a support grant';
  throw new RpcError('invalid_argument', message, { field: 'actor_user_id' });
}

function givenGrant(grantId: string | undefined): string {
  if (grantId !== undefined) return grantId;
  const message = 'grant_id is required: the support grant under which you look';
  throw new RpcError('invalid_argument', message, { field: 'grant_id' });
}
