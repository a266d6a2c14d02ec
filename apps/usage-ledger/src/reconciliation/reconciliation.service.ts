import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { groupsOfRuns, runsBetween } from './counting.js';
import { ReconciliationRepository, type RecordedSums } from './reconciliation.repository.js';

const maxEpochsWithGaps = 100;

interface EpochGaps {
  gatewayEpoch: string;
  settledSequence: bigint;
  sequenceGaps: bigint;
}

export interface Reconciliation {
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

/** Whether the ledger holds what gateways were told and billing has charged. */
@Injectable()
export class ReconciliationService {
  constructor(
    private readonly database: Database,
    private readonly repository: ReconciliationRepository,
  ) {}

  /** What is recorded, confirmed and missing, from one snapshot, counted a bounded part at a time. */
  read(afterLedgerSequence: bigint): Promise<Reconciliation> {
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
        quarantinedRecords: await this.repository.countQuarantined(tx),
      };
    }, 'REPEATABLE READ');
  }

  private async sumsBetween(tx: Tx, after: bigint, upTo: bigint): Promise<RecordedSums> {
    const total: RecordedSums = { requests: 0n, costNanoUsd: 0n, overrunNanoUsd: 0n };
    for (const run of runsBetween(after, upTo)) {
      const part = await this.repository.recordedBetween(tx, run.after, run.upTo);
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
  ): Promise<Pick<Reconciliation, 'settledSequences' | 'sequenceGaps' | 'epochsWithGaps'>> {
    const epochs = await this.repository.epochsAfter(tx, after);
    const arrived = new Map<string, bigint>();
    for (const runs of groupsOfRuns(epochs)) {
      for (const [epoch, sequences] of await this.repository.arrivedOf(tx, runs)) {
        arrived.set(epoch, (arrived.get(epoch) ?? 0n) + sequences);
      }
    }
    const gaps = epochs.map(({ gatewayEpoch, watermark }) => ({
      gatewayEpoch,
      settledSequence: watermark,
      sequenceGaps: watermark - (arrived.get(gatewayEpoch) ?? 0n),
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
