import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config.js';
import { Objectors } from './objectors.service.js';
import { StatisticsGrpc } from './statistics.grpc.js';
import { StatisticsRepository } from './statistics.repository.js';
import { StatisticsService } from './statistics.service.js';

@Module({})
export class StatisticsModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: StatisticsModule,
      controllers: [StatisticsGrpc],
      providers: [
        { provide: Objectors, useValue: new Objectors(config.AUTH_GRPC, config) },
        StatisticsRepository,
        StatisticsService,
      ],
    };
  }
}
