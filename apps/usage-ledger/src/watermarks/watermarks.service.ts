import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { advance, nothingArrived } from './watermark.js';
import { WatermarkAnnouncer } from './watermark-announcer.service.js';
import { WatermarksRepository } from './watermarks.repository.js';

/** Tells gateways what they may forget. */
@Injectable()
export class WatermarksService {
  constructor(
    private readonly repository: WatermarksRepository,
    private readonly announcer: WatermarkAnnouncer,
  ) {}

  /**
   * Counts sequences as arrived, whatever became of their records, and announces the watermarks after
   * the commit: also those that did not move, because their gateway has not heard of them.
   */
  async advance(
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
        advance(before.get(epoch) ?? nothingArrived, arrived),
      ]),
    );
    await this.repository.writeEpochs(tx, after, ledgerSequence);
    tx.afterCommit(() => this.announcer.announce([...after.keys()]));
  }
}
