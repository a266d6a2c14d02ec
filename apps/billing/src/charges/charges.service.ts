import { randomUUID } from 'node:crypto';
import { idFromUuid, newId, uuidOf } from '@modelbridge/contracts';
import { billingChargePosted, type RecordedRequest } from '@modelbridge/contracts/events';
import { Erasures } from '@modelbridge/erasure';
import { Injectable } from '@nestjs/common';
import {
  Database,
  databaseErrorCode,
  isolateFailures,
  type Tx,
} from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { RecallService } from '../allowances/recall.service.js';
import type { AccountBook } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import type { BookRequest } from '../book/book-request.js';
import { BillingError } from '../book/billing-error.js';
import { counterKeysOf } from '../book/counter.js';
import { chargeRequest, type Charge, type RequestCost } from './charge.js';
import {
  ChargesRepository,
  type EarlierCharge,
  type PostedCharge,
  type QuarantinedCharge,
} from './charges.repository.js';
import { monthlyUsageOf } from './monthly-usage.js';
import { costsOfNobodyElse, withoutErased } from './late-charges.js';
import { requestCosts } from './recorded-batch.js';

export interface RecordedBatch {
  batchId: string;
  requests: RecordedRequest[];
}

interface Posted {
  charges: Charge[];
  quarantined: QuarantinedCharge[];
}

const uniqueViolation = '23505';
const attempts = 3;
/** Where more accounts than this cannot be charged, the fault is not theirs. */
const mostFailingAccounts = 20;
/** Bounds one announcement to a fraction of what a message may carry. */
const requestsPerAnnouncement = 4_000;

const newTransferId = (): string => uuidOf('transaction', newId('transaction'));

/** Posts the charges of finished requests, each once. */
@Injectable()
export class ChargesService {
  private readonly postedTotal;
  private readonly quarantinedTotal;
  private readonly overrunTotal;

  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: ChargesRepository,
    private readonly outbox: Outbox,
    private readonly erasures: Erasures,
    private readonly recalls: RecallService,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.postedTotal = metrics.counter({
      name: 'modelbridge_charges_posted_total',
      help: 'Charges posted',
    });
    this.quarantinedTotal = metrics.counter({
      name: 'modelbridge_charges_quarantined_total',
      help: 'Charges that contradict an earlier one or have no account',
    });
    this.overrunTotal = metrics.counter({
      name: 'modelbridge_overrun_nano_usd_total',
      help: 'Cost that no limit could bear: the loss of the platform',
    });
  }

  /**
   * Posts every charge of these batches in one transaction and announces it. What was posted before is
   * passed over; the same request with another body is put aside and holds up nothing else. An account
   * that cannot be charged fails no other: rejects then, and only its own batches are not announced.
   */
  async post(batches: RecordedBatch[]): Promise<void> {
    const records = recordsOf(batches);
    const failures = await isolateFailures(
      records,
      (part) => this.postTogether(part, part.length === records.length ? batches : []),
      { keyOf: ({ accountId }) => accountId, mostFailures: mostFailingAccounts },
    );
    const [first] = failures;
    if (first === undefined) return;
    const failed = new Set<string>();
    for (const { items, error } of failures) {
      const accountId = items[0]?.accountId ?? '';
      failed.add(accountId);
      this.logger.error({ err: error, accountId }, 'the charges of an account could not be posted');
    }
    const complete = batches.filter(
      ({ requests }) => !requests.some(({ accountId }) => failed.has(accountId)),
    );
    if (complete.length > 0) await this.postTogether(recordsOf(complete), complete);
    throw first.error;
  }

  /** Undefined until it is posted. */
  async find(requestId: string): Promise<PostedCharge> {
    const charge = await this.repository.find(requestId);
    if (charge === undefined)
      throw new BillingError('not_found', 'this request has no charge yet', 'request_id');
    return charge;
  }

  /** Another replica may post a request of an account that this transaction does not lock: it is seen on the next try. */
  private async postTogether(
    records: readonly RecordedRequest[],
    announced: RecordedBatch[],
  ): Promise<void> {
    const costs = requestCosts(records);
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.report(
          await this.database.transaction((tx) => this.postIn(tx, records, costs, announced)),
        );
        return;
      } catch (error) {
        if (databaseErrorCode(error) !== uniqueViolation || attempt === attempts) throw error;
      }
    }
  }

  private async postIn(
    tx: Tx,
    records: readonly RecordedRequest[],
    recorded: RequestCost[],
    announced: RecordedBatch[],
  ): Promise<Posted> {
    const people = [...new Set(records.map(({ userId }) => userId))];
    const standIns = await this.erasures.standIns(tx, people);
    const costs = costsOfNobodyElse(recorded, standIns);
    const books = await this.books.open(tx, bookRequests(costs));
    const posted = await this.repository.posted(
      tx,
      costs.map(({ requestId }) => requestId),
    );
    const charges: Charge[] = [];
    const quarantined: QuarantinedCharge[] = [];
    costs.forEach((cost, index) => {
      const outcome = chargeOnce(books.get(cost.accountId), cost, posted);
      if (typeof outcome === 'string') {
        const { requestId, bodyHash } = cost;
        const record = withoutErased(records[index], standIns);
        quarantined.push({ requestId, bodyHash, reason: outcome, record });
      } else if (outcome !== undefined) charges.push(outcome);
    });
    await this.books.save(tx, books.values());
    if (charges.length > 0) {
      await this.repository.add(tx, charges);
      await this.repository.addMonthlyUsage(tx, monthlyUsageOf(charges));
    }
    if (quarantined.length > 0) await this.repository.quarantine(tx, quarantined);
    await this.announce(tx, announced, posted);
    return { charges, quarantined };
  }

  private report({ charges, quarantined }: Posted): void {
    this.postedTotal.inc(charges.length);
    for (const { request, overrun } of charges) {
      if (overrun === 0n) continue;
      this.overrunTotal.inc(Number(overrun));
      const requestId = idFromUuid('request', request.requestId);
      this.logger.warn(
        { requestId, overrunNanoUsd: overrun.toString() },
        'a request ran over every limit',
      );
    }
    for (const { requestId, reason } of quarantined) {
      this.quarantinedTotal.inc();
      this.logger.error(
        { requestId: idFromUuid('request', requestId), reason },
        'a charge was quarantined',
      );
    }
    for (const accountId of new Set(charges.map(({ request }) => request.accountId))) {
      this.recalls.moved(accountId);
    }
  }

  /** Every time anew, in full and under an id of its own: an earlier announcement may have been lost. */
  private async announce(
    tx: Tx,
    batches: RecordedBatch[],
    posted: ReadonlyMap<string, EarlierCharge>,
  ): Promise<void> {
    const overruns = new Map(
      [...posted].flatMap(([requestId, { overrun }]) =>
        overrun > 0n ? [[idFromUuid('request', requestId), overrun] as const] : [],
      ),
    );
    for (const group of groupsOf(batches)) {
      const lost = group
        .flatMap(({ requests }) => (overruns.size > 0 ? requests : []))
        .flatMap(({ requestId }) => {
          const overrun = overruns.get(requestId);
          return overrun === undefined ? [] : [{ requestId, overrunNanoUsd: overrun.toString() }];
        });
      const data = {
        batchIds: group.map(({ batchId }) => batchId),
        ...(lost.length > 0 && { overruns: lost }),
      };
      await this.outbox.add(tx, billingChargePosted, data, { id: randomUUID() });
    }
  }
}

function recordsOf(batches: RecordedBatch[]): RecordedRequest[] {
  return batches.flatMap(({ requests }) => requests);
}

function chargeOnce(
  book: AccountBook | undefined,
  cost: RequestCost,
  posted: Map<string, EarlierCharge>,
): Charge | QuarantinedCharge['reason'] | undefined {
  const earlier = posted.get(cost.requestId);
  if (earlier !== undefined) return earlier.bodyHash === cost.bodyHash ? undefined : 'other_body';
  if (cost.cost < 0n) return 'negative_cost';
  if (book === undefined) return 'unknown_account';
  const charge = chargeRequest(book, cost, newTransferId);
  posted.set(cost.requestId, { bodyHash: cost.bodyHash, overrun: charge.overrun });
  return charge;
}

/** What the charges need, each account asked for once. */
function bookRequests(costs: RequestCost[]): BookRequest[] {
  const requests = new Map<
    string,
    { allowanceIds: Set<string>; spenders: Map<string, RequestCost> }
  >();
  for (const cost of costs) {
    const wanted = requests.get(cost.accountId) ?? { allowanceIds: new Set(), spenders: new Map() };
    requests.set(cost.accountId, wanted);
    if (cost.allowanceId !== null) wanted.allowanceIds.add(cost.allowanceId);
    wanted.spenders.set(`${cost.userId} ${cost.keyId} ${cost.startedDay}`, cost);
  }
  return [...requests].map(([accountId, { allowanceIds, spenders }]) => ({
    accountId,
    allowanceIds: [...allowanceIds],
    counters: [...spenders.values()].flatMap((cost) => counterKeysOf(cost, cost.startedDay)),
  }));
}

function groupsOf(batches: RecordedBatch[]): RecordedBatch[][] {
  const groups: RecordedBatch[][] = [];
  let size = Infinity;
  for (const batch of batches) {
    if (size + batch.requests.length > requestsPerAnnouncement) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(batch);
    size += batch.requests.length;
  }
  return groups;
}
