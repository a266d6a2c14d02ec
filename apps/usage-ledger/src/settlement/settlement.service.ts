import { Database, isolateFailures, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { SpendService } from '../spend/spend.service.js';
import { nothingSettled, settle } from './settled-sequences.js';
import { groupsOfRuns, runsBetween } from './settlement-counts.js';
import { SettlementCountsRepository, type RecordedSums } from './settlement-counts.repository.js';
import { SettlementRepository, type Overrun } from './settlement.repository.js';
import { WatermarkAnnouncer } from './watermark-announcer.service.js';

const maxEpochsWithGaps = 100;
/** Where more overruns than this cannot be taken, the fault is not theirs. */
const mostFailingOverruns = 20;

interface EpochGaps {
  gatewayEpoch: string;
  settledSequence: bigint;
  sequenceGaps: bigint;
}

export interface Settlement {
  newestLedgerSequence: bigint;
  confirmedLedgerSequence: bigint;
  confirmedRequests: bigint;
  confirmedCostNanoUsd: bigint;
  confirmedOverrunNanoUsd: bigint;
  settledSequences: bigint;
  sequenceGaps: bigint;
  epochsWithGaps: EpochGaps[];
  quarantinedRecords: bigint;
}

/** Tells gateways what they may forget, and knows what billing has charged. */
@Injectable()
export class SettlementService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly repository: SettlementRepository,
    private readonly counts: SettlementCountsRepository,
    private readonly spend: SpendService,
    private readonly announcer: WatermarkAnnouncer,
    private readonly logger: Logger,
  ) {}

  /**
   * Counts sequences as settled, whatever became of their records, and announces the watermarks after
   * the commit: also those that did not move, because their gateway has not heard of them.
   */
  async settle(
    tx: Tx,
    arrivals: readonly { gatewayEpoch: string; sequence: number }[],
    ledgerSequence: bigint,
  ): Promise<void> {
    const arrivedOf = new Map<string, bigint[]>();
    for (const { gatewayEpoch, sequence } of arrivals) {
      const arrived = arrivedOf.get(gatewayEpoch) ?? [];
      arrived.push(BigInt(sequence));
      arrivedOf.set(gatewayEpoch, arrived);
    }
    const before = await this.repository.readEpochs(tx, [...arrivedOf.keys()]);
    const after = new Map(
      [...arrivedOf].map(([epoch, arrived]) => [
        epoch,
        settle(before.get(epoch) ?? nothingSettled, arrived),
      ]),
    );
    await this.repository.writeEpochs(tx, after, ledgerSequence);
    tx.afterCommit(() => this.announcer.announce([...after.keys()]));
  }

  expectConfirmation(tx: Tx, batchId: string, firstLedgerSequence: bigint): Promise<void> {
    return this.repository.addUnconfirmed(tx, batchId, firstLedgerSequence);
  }

  /**
   * billing has committed these batches: they need not be sent again, and what it could not charge is no
   * cost of the customer's. Repeating it changes nothing. Where an overrun cannot be taken the others are,
   * and the batches stay unconfirmed, so that all of it is announced again.
   */
  async confirm(batchIds: string[], overruns: readonly Overrun[]): Promise<void> {
    const failures = await isolateFailures(overruns, (part) => this.takeOverruns(part), {
      mostFailures: mostFailingOverruns,
    });
    for (const { items, error } of failures) {
      this.logger.error(
        { err: error, requestId: items[0]?.requestId },
        'an overrun could not be taken off the cost of its request',
      );
    }
    const [first] = failures;
    if (first !== undefined) throw first.error;
    await this.database.transaction(async (tx) => {
      await this.outbox.confirm(tx, batchIds);
      await this.repository.removeUnconfirmed(tx, batchIds);
    });
  }

  /** What is recorded, confirmed and missing, from one snapshot, counted a bounded part at a time. */
  read(afterLedgerSequence: bigint): Promise<Settlement> {
    return this.database.transaction(async (tx) => {
      const { newest, confirmed } = await this.repository.ledgerPositions(tx);
      const sums = await this.sumsBetween(tx, afterLedgerSequence, confirmed);
      return {
        newestLedgerSequence: newest,
        confirmedLedgerSequence: confirmed,
        confirmedRequests: sums.requests,
        confirmedCostNanoUsd: sums.costNanoUsd,
        confirmedOverrunNanoUsd: sums.overrunNanoUsd,
        ...(await this.gapsAfter(tx, afterLedgerSequence)),
        quarantinedRecords: await this.counts.countQuarantined(tx),
      };
    }, 'REPEATABLE READ');
  }

  private takeOverruns(overruns: readonly Overrun[]): Promise<void> {
    return this.database.transaction(async (tx) =>
      this.spend.lower(tx, await this.repository.takeOverruns(tx, overruns)),
    );
  }

  private async sumsBetween(tx: Tx, after: bigint, upTo: bigint): Promise<RecordedSums> {
    const total: RecordedSums = { requests: 0n, costNanoUsd: 0n, overrunNanoUsd: 0n };
    for (const run of runsBetween(after, upTo)) {
      const part = await this.counts.recordedBetween(tx, run.after, run.upTo);
      total.requests += part.requests;
      total.costNanoUsd += part.costNanoUsd;
      total.overrunNanoUsd += part.overrunNanoUsd;
    }
    return total;
  }

  /** Sequences under the watermarks of the epochs that were active since, and those that never arrived. */
  private async gapsAfter(
    tx: Tx,
    after: bigint,
  ): Promise<Pick<Settlement, 'settledSequences' | 'sequenceGaps' | 'epochsWithGaps'>> {
    const epochs = await this.counts.epochsAfter(tx, after);
    const arrived = new Map<string, bigint>();
    for (const runs of groupsOfRuns(epochs)) {
      for (const [epoch, sequences] of await this.counts.arrivedOf(tx, runs)) {
        arrived.set(epoch, (arrived.get(epoch) ?? 0n) + sequences);
      }
    }
    const gaps = epochs.map(({ gatewayEpoch, settledSequence }) => ({
      gatewayEpoch,
      settledSequence,
      sequenceGaps: settledSequence - (arrived.get(gatewayEpoch) ?? 0n),
    }));
    return {
      settledSequences: gaps.reduce((sum, { settledSequence }) => sum + settledSequence, 0n),
      sequenceGaps: gaps.reduce((sum, { sequenceGaps }) => sum + sequenceGaps, 0n),
      epochsWithGaps: gaps
        .filter(({ sequenceGaps }) => sequenceGaps > 0n)
        .slice(0, maxEpochsWithGaps),
    };
  }
}
