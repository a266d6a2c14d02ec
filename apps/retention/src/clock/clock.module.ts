import { Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { ClockRepository } from './clock.repository.js';
import { LatestClock } from './latest-clock.service.js';
import { OutsideClock } from './outside-clock.service.js';

@Global()
@Module({
  providers: [Clock, ClockRepository, OutsideClock, LatestClock],
  exports: [Clock, LatestClock],
})
export class ClockModule {}
