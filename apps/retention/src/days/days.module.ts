import { Module } from '@nestjs/common';
import { DaysRepository } from './days.repository.js';
import { DaysService } from './days.service.js';

@Module({ providers: [DaysService, DaysRepository], exports: [DaysService] })
export class DaysModule {}
