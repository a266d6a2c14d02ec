import { Module } from '@nestjs/common';
import { LoadModule } from '../load/load.module.js';
import { Captures } from './captures.service.js';
import { ContentMetrics } from './content-metrics.service.js';
import { ContentSealer } from './content-sealer.service.js';
import { ContentStore } from './content-store.service.js';
import { KeysDestroyedConsumer } from './keys-destroyed.consumer.js';
import { SealingKeys } from './sealing-keys.service.js';

@Module({
  imports: [LoadModule],
  providers: [
    Captures,
    ContentMetrics,
    ContentSealer,
    ContentStore,
    KeysDestroyedConsumer,
    SealingKeys,
  ],
  exports: [Captures],
})
export class CaptureModule {}
