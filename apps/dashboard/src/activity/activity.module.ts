import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { ActivityController } from './activity.controller.js';
import { Activity } from './activity.service.js';
import { LiveRequestsController } from './live-requests.controller.js';

@Module({
  imports: [PeopleModule],
  controllers: [ActivityController, LiveRequestsController],
  providers: [Activity],
})
export class ActivityModule {}
