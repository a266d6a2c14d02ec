import { Module } from '@nestjs/common';
import { ClosuresRepository } from './closures.repository.js';
import { Closures } from './closures.service.js';
import { PendingClosures } from './pending-closures.service.js';

@Module({
  providers: [Closures, ClosuresRepository, PendingClosures],
  exports: [Closures, PendingClosures],
})
export class ClosuresModule {}
