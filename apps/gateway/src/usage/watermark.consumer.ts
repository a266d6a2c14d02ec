import { Injectable, type OnModuleInit } from '@nestjs/common';
import { usageLedgerWatermarkAdvanced } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Spool } from '../spool/spool.js';

/** Lets the spool forget what the ledger has committed. A missed watermark is covered by the next. */
@Injectable()
export class WatermarkConsumer implements OnModuleInit {
  constructor(
    private readonly messaging: Messaging,
    private readonly spool: Spool,
  ) {}

  onModuleInit(): void {
    this.messaging.subscribeLatest(usageLedgerWatermarkAdvanced, {
      handle: ({ epochs }) => {
        for (const { gatewayEpoch, settledSequence } of epochs) {
          this.spool.settledUpTo(gatewayEpoch, settledSequence);
        }
      },
    });
  }
}
