import { Database, Outbox, type Tx } from '@modelbridge/service-kit';
import { Injectable } from '@nestjs/common';
import { nothingSettled, settle } from './settled-sequences.js';
import { SettlementRepository, type EpochGaps } from './settlement.repository.js';
import { WatermarkAnnouncer } from './watermark-announcer.service.js';

const maxEpochsWithGaps = 100;

export interface Settlement {
  newestLedgerSequence: bigint;
  confirmedLedgerSequence: bigint;
  confirmedRequests: bigint;
  confirmedCostNanoUsd: bigint;
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
    private readonly announcer: WatermarkAnnouncer,
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

  /** billing has committed these batches: they need not be sent again. Repeating it changes nothing. */
  async confirm(batchIds: string[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.outbox.confirm(tx, batchIds);
      await this.repository.removeUnconfirmed(tx, batchIds);
    });
  }

  /** What is recorded, confirmed and missing, from one snapshot. */
  read(afterLedgerSequence: bigint): Promise<Settlement> {
    return this.database.transaction(async (tx) => {
      const { newest, confirmed } = await this.repository.ledgerPositions(tx);
      const { requests, costNanoUsd } = await this.repository.recordedBetween(
        tx,
        afterLedgerSequence,
        confirmed,
      );
      const { settledSequences, sequenceGaps, epochs } = await this.repository.countGaps(
        tx,
        afterLedgerSequence,
        maxEpochsWithGaps,
      );
      return {
        newestLedgerSequence: newest,
        confirmedLedgerSequence: confirmed,
        confirmedRequests: requests,
        confirmedCostNanoUsd: costNanoUsd,
        settledSequences,
        sequenceGaps,
        epochsWithGaps: epochs,
        quarantinedRecords: await this.repository.countQuarantined(tx),
      };
    }, 'REPEATABLE READ');
  }
}
