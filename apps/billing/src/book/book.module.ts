import { Module } from '@nestjs/common';
import { AccountBookRepository } from './account-book.repository.js';
import { AccountBooks } from './account-books.service.js';
import { NoticesModule } from '../notices/notices.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { Clock } from './clock.js';
import { RateStateRepository } from './rate-state.repository.js';
import { RateStates } from './rate-states.service.js';

@Module({
  imports: [NoticesModule, PlansModule],
  providers: [AccountBooks, AccountBookRepository, RateStates, RateStateRepository, Clock],
  exports: [AccountBooks, Clock],
})
export class BookModule {}
