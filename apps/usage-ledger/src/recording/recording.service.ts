import { randomUUID } from 'node:crypto';
import { usageLedgerRequestRecorded, type RequestRecord } from '@modelbridge/contracts/events';
import {
  Database,
  isolateFailures,
  type Failure,
  type Tx,
} from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { Erasures } from '@modelbridge/erasure';
import { ClaimsService } from '../claims/claims.service.js';
import { ConfirmationsService } from '../confirmations/confirmations.service.js';
import { ProviderUsageService } from '../provider-usage/provider-usage.service.js';
import { SpendService } from '../spend/spend.service.js';
import { WatermarksService } from '../watermarks/watermarks.service.js';
import { recordingBounds } from './bounds.js';
import { isOwn, keptOf } from './kept-record.js';
import { PartitionsService } from './partitions.service.js';
import { RecordingRepository, type NewRecord } from './recording.repository.js';
import {
  chunksOf,
  partitionsOf,
  sortArrivals,
  type ArrivedRecord,
  type QuarantinedRecord,
  type Sorted,
} from './recording.js';

@Injectable()
export class RecordingService {
  private readonly recorded;
  private readonly quarantined;
  private readonly misdated;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly logger: Logger,
    private readonly repository: RecordingRepository,
    private readonly partitions: PartitionsService,
    private readonly watermarks: WatermarksService,
    private readonly confirmations: ConfirmationsService,
    private readonly spend: SpendService,
    private readonly providerUsage: ProviderUsageService,
    private readonly claims: ClaimsService,
    private readonly erasures: Erasures,
    metrics: Metrics,
  ) {
    this.recorded = metrics.counter({
      name: 'usage_records_total',
      help: 'Usage records by result: recorded, duplicate or quarantined',
      labelNames: ['result'],
    });
    this.quarantined = metrics.counter({
      name: 'usage_records_quarantined_total',
      help: 'Usage records that may not enter the ledger, by reason; any is an alert',
      labelNames: ['reason'],
    });
    this.misdated = metrics.counter({
      name: 'usage_records_misdated_total',
      help: 'Usage records filed under their arrival, because the clock of their gateway is wrong; any is an alert',
    });
  }

  /**
   * Records what is new. Resolves when everything is committed: as new, as duplicate or in quarantine. An
   * account whose usage cannot be recorded fails no other: rejects then, and only its records stay above the watermark.
   */
  async record(arrivals: readonly ArrivedRecord[]): Promise<void> {
    const failures: Failure<ArrivedRecord>[] = [];
    for (const chunk of chunksOf(arrivals, recordingBounds.recordsPerTransaction)) {
      const failed = await isolateFailures(
        chunk,
        async (part) => this.report(await this.recordTogether(part)),
        {
          keyOf: ({ record }) => record.accountId,
          mostFailures: recordingBounds.mostFailingAccounts,
        },
      );
      failures.push(...failed);
    }
    for (const { items, error } of failures) {
      this.logger.error(
        { err: error, accountId: items[0]?.record.accountId, records: items.length },
        'the usage of an account could not be recorded',
      );
    }
    const [first] = failures;
    if (first !== undefined) throw first.error;
  }

  private async recordTogether(arrivals: readonly ArrivedRecord[]): Promise<Sorted> {
    const now = new Date();
    const ids = arrivals.map(({ requestUuid }) => requestUuid);
    // Before the transaction: a month's table must not wait for it, nor it for the table.
    await this.partitions.ensure(partitionsOf(arrivals));
    return this.database.transaction(async (tx) => {
      const head = await this.repository.lockHead(tx);
      const sorted = sortArrivals(arrivals, await this.repository.bodyHashes(tx, ids), now);
      const rows = sorted.fresh.map((arrived, index): NewRecord => ({
        arrived,
        ledgerSequence: head + BigInt(index) + 1n,
      }));
      const newHead = head + BigInt(rows.length);
      if (rows.length > 0) {
        const kept = await this.kept(tx, sorted.fresh);
        await this.repository.insert(
          tx,
          rows.map((row, index) => ({ ...row, arrived: kept.all[index] ?? row.arrived })),
        );
        await this.repository.moveHead(tx, newHead);
        await this.spend.add(tx, kept.summed);
        // Sums over everybody, which lead to nobody.
        await this.providerUsage.add(
          tx,
          sorted.fresh.map(({ record }) => record),
        );
        await this.claims.releaseUncalled(
          tx,
          sorted.fresh.filter(({ record }) => record.provider === null),
        );
        await this.handOver(tx, rows);
      }
      if (sorted.quarantined.length > 0) await this.quarantine(tx, sorted.quarantined);
      await this.watermarks.advance(
        tx,
        arrivals.map(({ gatewayEpoch, record: { sequence } }) => ({ gatewayEpoch, sequence })),
        newHead,
      );
      return sorted;
    });
  }

  /**
   * What is kept of records, in their order, and what of it is summed: late ones of people who are erased bring nobody
   * back. billing is told them as they came, or it would not know whom to charge.
   */
  private async kept(
    tx: Tx,
    arrivals: readonly ArrivedRecord[],
  ): Promise<{ all: ArrivedRecord[]; summed: RequestRecord[] }> {
    const userIds = new Set(arrivals.map(({ record }) => record.userId));
    const erased = await this.erasures.pseudonyms(tx, [...userIds]);
    const all = arrivals.map((arrived) => {
      const pseudonym = erased.get(arrived.record.userId);
      return pseudonym === undefined ? arrived : keptOf(arrived, pseudonym);
    });
    const isSummed = (_: unknown, index: number): boolean => {
      const record = arrivals[index]?.record;
      return record !== undefined && !(isOwn(record) && erased.has(record.userId));
    };
    return { all, summed: all.map(({ record }) => record).filter(isSummed) };
  }

  private async quarantine(tx: Tx, quarantined: readonly QuarantinedRecord[]): Promise<void> {
    const { all } = await this.kept(
      tx,
      quarantined.map(({ arrived }) => arrived),
    );
    await this.repository.quarantine(
      tx,
      quarantined.map(({ arrived, reason }, index) => ({ arrived: all[index] ?? arrived, reason })),
    );
  }

  /** Puts new records into the outbox, where they stay until billing has announced their charges. */
  private async handOver(tx: Tx, rows: readonly NewRecord[]): Promise<void> {
    for (const batch of chunksOf(rows, recordingBounds.recordsPerEvent)) {
      const batchId = randomUUID();
      await this.confirmations.expect(tx, batchId, batch[0]?.ledgerSequence ?? 0n);
      await this.outbox.add(
        tx,
        usageLedgerRequestRecorded,
        {
          batchId,
          requests: batch.map(({ arrived, ledgerSequence }) => ({
            ...arrived.record,
            gatewayEpoch: arrived.gatewayEpoch,
            ledgerSequence: Number(ledgerSequence),
          })),
        },
        { id: batchId, awaitConfirmation: true },
      );
    }
  }

  private report({ fresh, duplicates, quarantined, misdated }: Sorted): void {
    this.recorded.inc({ result: 'recorded' }, fresh.length);
    this.recorded.inc({ result: 'duplicate' }, duplicates.length);
    this.recorded.inc({ result: 'quarantined' }, quarantined.length);
    this.misdated.inc(misdated.length);
    for (const gatewayEpoch of new Set(misdated.map((arrived) => arrived.gatewayEpoch))) {
      this.logger.error(
        { gatewayEpoch },
        'the clock of a gateway is wrong: its usage is filed under its arrival',
      );
    }
    for (const { arrived, reason } of quarantined) {
      this.quarantined.inc({ reason });
      this.logger.error(
        { requestId: arrived.record.requestId, gatewayEpoch: arrived.gatewayEpoch, reason },
        'a usage record was quarantined',
      );
    }
  }
}
