import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { OverviewController } from './overview.controller.js';

@Module({ imports: [PeopleModule], controllers: [OverviewController] })
export class OverviewModule {}
