import { uuidOf } from '@modelbridge/contracts';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { cursorAfter, type RecordedPage, type RequestPage, type RequestScope } from './page.js';
import { RequestsRepository } from './requests.repository.js';

@Injectable()
export class RequestsService {
  constructor(private readonly requests: RequestsRepository) {}

  /** Newest first. `nextCursor` is empty on the last page. */
  async list(page: RequestPage): Promise<{ requests: RecordedRequest[]; nextCursor: string }> {
    const found = await this.requests.page(page);
    const requests = found.slice(0, page.limit);
    const last = found.length > page.limit ? requests.at(-1) : undefined;
    const nextCursor = last === undefined ? '' : cursorAfter(uuidOf('request', last.requestId));
    return { requests, nextCursor };
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
}
