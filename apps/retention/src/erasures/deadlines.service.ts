import { Metrics } from '@modelbridge/service-kit/metrics';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { erasureBounds } from './bounds.js';
import { ErasureChecksRepository } from './erasure-checks.repository.js';

/** Erasures that take long, as metrics show them. */
@Injectable()
export class DeadlinesService {
  constructor(erasures: ErasureChecksRepository, clock: Clock, metrics: Metrics) {
    const underWay = () => {
      const before = new Date(clock.now().getTime() - erasureBounds.alarmMs);
      return erasures.underWay(before).catch(() => ({ open: NaN, late: NaN }));
    };
    metrics.gauge({
      name: 'erasures_under_way',
      help: 'Erasures that are confirmed, or began, and are not done',
      async collect() {
        this.set((await underWay()).open);
      },
    });
    metrics.gauge({
      name: 'erasures_late',
      help: 'Erasures that are not done 20 days after they were confirmed, or began; any is an alert: 30 days are promised',
      async collect() {
        this.set((await underWay()).late);
      },
    });
  }
}
