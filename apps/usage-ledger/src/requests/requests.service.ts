import { uuidOf } from '@modelbridge/contracts';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import {
  cursorAfter,
  requestPageBounds,
  type RecordedPage,
  type RequestPage,
  type RequestScope,
} from './page.js';
import { isSelective } from './request-filter.js';
import { RequestsRepository } from './requests.repository.js';

@Injectable()
export class RequestsService {
  constructor(private readonly requests: RequestsRepository) {}

  /**
   * Newest first, of a page that is looked through in steps, so that a filter which lets few through costs no more than
   * any other. `nextCursor` is empty on the last page.
   */
  async list(page: RequestPage): Promise<{ requests: RecordedRequest[]; nextCursor: string }> {
    const { limit } = page;
    const requests: RecordedRequest[] = [];
    let below = page.cursor;
    for (let step = 0; step < requestPageBounds.steps; step += 1) {
      const from = await this.endOfStep(page, below);
      const most = limit + 1 - requests.length;
      requests.push(...(await this.requests.newest(page, { below, from }, most)));
      if (requests.length > limit || from === undefined) return pageOf(requests, limit);
      below = from;
    }
    return { requests, nextCursor: below === undefined ? '' : cursorAfter(below) };
  }

  /** One of a key's requests, or undefined. */
  find(keyId: string, requestId: string): Promise<RecordedRequest | undefined> {
    return this.requests.find(keyId, requestId);
  }

  /** Throws `not_found` where the key has no such request. */
  async get(keyId: string, requestId: string): Promise<RecordedRequest> {
    const request = await this.find(keyId, requestId);
    if (request === undefined) {
      throw new RpcError('not_found', 'the key has no such request', { field: 'request_id' });
    }
    return request;
  }

  /** Every request of a scope, oldest first, by pages; each is read once the one before was taken. */
  async *oldestFirst(scope: RequestScope, pageSize: number): AsyncGenerator<RecordedRequest[]> {
    let after: string | undefined;
    for (;;) {
      const page = await this.requests.pageOldestFirst(scope, after, pageSize);
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      after = uuidOf('request', last.requestId);
    }
  }

  /** What was recorded after a ledger sequence, in that order, and the newest sequence there is. */
  async listRecorded(
    page: RecordedPage,
  ): Promise<{ requests: RecordedRequest[]; newestLedgerSequence: bigint }> {
    const requests = await this.requests.listRecorded(page);
    // Read afterwards: it may be ahead of the page, never behind it.
    return { requests, newestLedgerSequence: await this.requests.newestLedgerSequence() };
  }

  /** Undefined for no end: a filter that lets everything through fills a page as it comes. */
  private async endOfStep(
    page: RequestPage,
    below: string | undefined,
  ): Promise<string | undefined> {
    if (!isSelective(page.filter)) return undefined;
    return this.requests.endOfStretch(page, below, requestPageBounds.stepRequests);
  }
}

/** `found` may have one more than the page, which tells that another follows. */
function pageOf(found: readonly RecordedRequest[], limit: number) {
  const requests = found.slice(0, limit);
  const last = found.length > limit ? requests.at(-1) : undefined;
  const nextCursor = last === undefined ? '' : cursorAfter(uuidOf('request', last.requestId));
  return { requests, nextCursor };
}
