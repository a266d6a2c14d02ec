import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { CompactionModule } from '../compaction/compaction.module.js';
import { InferenceModule } from '../inference/inference.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { LoadModule } from '../load/load.module.js';
import { TokenCountsModule } from '../token-counts/token-counts.module.js';
import { Ingress } from './ingress.service.js';
import { ApiErrorFilter } from './api-error.filter.js';

@Module({
  imports: [CompactionModule, InferenceModule, KeysModule, LoadModule, TokenCountsModule],
  providers: [Ingress, { provide: APP_FILTER, useClass: ApiErrorFilter }],
})
export class IngressModule {}
