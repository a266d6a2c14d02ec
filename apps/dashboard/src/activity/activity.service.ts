import { ContentPolicy } from '@modelbridge/contracts/routing.v1';
import {
  RequestResult,
  type RequestFilter,
  type RequestRecord,
} from '@modelbridge/contracts/usage_ledger.v1';
import type { RequestDetail, RequestRow } from '@modelbridge/dashboard-api';
import { Injectable } from '@nestjs/common';
import { Catalog } from '../catalog/catalog.js';
import { BillingClient, UsageLedgerClient } from '../clients/clients.js';
import { limitsJson } from '../limits/limit-json.js';
import { AccountNames } from '../people/account-names.js';
import { RouteError } from '../routes/route-error.js';
import { priceJson, requestJson, type Names } from './request-json.js';

const heldMs = 30 * 24 * 3_600_000;
const dayMs = 24 * 3_600_000;

interface Of {
  accountId: string;
  actorUserId: string;
}

/** Single requests of an account: those that usage-ledger shows to the person. */
@Injectable()
export class Activity {
  constructor(
    private readonly usageLedger: UsageLedgerClient,
    private readonly billing: BillingClient,
    private readonly accountNames: AccountNames,
    private readonly catalog: Catalog,
  ) {}

  async page(
    of: Of,
    filter: RequestFilter,
    { limit, cursor }: { limit: number; cursor: string },
  ): Promise<{ items: RequestRow[]; next_cursor: string | null }> {
    const [{ requests, nextCursor }, names] = await Promise.all([
      this.usageLedger.listRequests({ ...of, keyId: '', limit, cursor, filter }),
      this.names(of),
    ]);
    return {
      items: requests.map((record) => requestJson(record, names)),
      next_cursor: nextCursor === '' ? null : nextCursor,
    };
  }

  async detail(of: Of, requestId: string): Promise<RequestDetail> {
    const record = await this.record(of, requestId);
    const { accountId, userId, keyId } = record;
    const [names, snapshot, { limits }] = await Promise.all([
      this.names(of),
      this.catalog.snapshot(),
      this.billing.getLimits({ accountId, userId, keyId, actorUserId: of.actorUserId }),
    ]);
    const model = snapshot?.models.find(({ id }) => id === record.model);
    const isNeverHeld = model?.contentPolicy === ContentPolicy.NEVER || record.provider === '';
    return {
      ...requestJson(record, names),
      price_version: record.priceVersion,
      price: priceJson(record, model),
      tags: record.tags,
      limits: limitsJson(limits),
      content: contentOf(record, of.actorUserId, isNeverHeld),
    };
  }

  /** By its whole id. Throws 404 for one that the person may not see. */
  async record(of: Of, requestId: string): Promise<RequestRecord> {
    const filter = { ...everything, requestId };
    const { requests } = await this.usageLedger.listRequests({
      ...of,
      ...{ keyId: '', limit: 1, cursor: '', filter },
    });
    const [record] = requests;
    if (record?.requestId === requestId) return record;
    const message = 'There is no such request on this account, or it is not shown to you.';
    throw new RouteError(404, 'not_found', message, { field: 'request_id' });
  }

  async names(of: Of): Promise<Names> {
    const [keys, members] = await Promise.all([
      this.accountNames.keyNames(of),
      this.accountNames.memberNames(of),
    ]);
    return { keys, members };
  }
}

const everything: RequestFilter = {
  ...{ models: [], keyIds: [], userIds: [], outcomes: [], statuses: [], apis: [], regions: [] },
  ...{ result: RequestResult.UNSPECIFIED, requestId: '' },
  ...{ minCostNanoUsd: undefined, maxCostNanoUsd: undefined },
  ...{ startedFrom: undefined, startedTo: undefined },
};

/** By what is known without opening it: what was deleted or never stored is told of when it is opened. */
function contentOf(
  { startedAt, userId }: RequestRecord,
  actorUserId: string,
  isNeverHeld: boolean,
): RequestDetail['content'] {
  if (isNeverHeld) return { state: 'not_captured', held_until: null };
  if (userId !== actorUserId) return { state: 'not_yours', held_until: null };
  const startedMs = startedAt?.getTime() ?? 0;
  const heldUntilMs = Math.floor(startedMs / dayMs) * dayMs + heldMs;
  const held_until = new Date(heldUntilMs).toISOString();
  return { state: heldUntilMs > Date.now() ? 'held' : 'destroyed', held_until };
}
