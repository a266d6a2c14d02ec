import { Module } from '@nestjs/common';
import { DaysRepository } from './days.repository.js';
import { DaysService } from './days.service.js';
import { DetachedPartitionsRepository } from './detached-partitions.repository.js';
import { DetachedPartitions } from './detached-partitions.service.js';

@Module({
  providers: [DaysService, DaysRepository, DetachedPartitions, DetachedPartitionsRepository],
  exports: [DaysService, DetachedPartitions],
})
export class DaysModule {}
