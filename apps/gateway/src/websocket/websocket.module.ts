import { Module } from '@nestjs/common';
import { CompactionModule } from '../compaction/compaction.module.js';
import { InferenceModule } from '../inference/inference.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { ResponseSockets } from './response-sockets.service.js';

@Module({
  imports: [CompactionModule, InferenceModule, KeysModule, WorkersModule],
  providers: [ResponseSockets],
  exports: [ResponseSockets],
})
export class WebSocketModule {}
