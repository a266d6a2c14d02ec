import type { ErasureCompleted, EventDefinition } from '@modelbridge/contracts/events';
import { Module, type DynamicModule } from '@nestjs/common';
import { ErasedPeopleRepository } from './erased-people.repository.js';
import { ERASURE_COMPLETED, Erasures } from './erasures.service.js';

/** The table `erased_person`: for KitModule's `migrationsOfPackages`. */
export const erasureMigrationsDir = new URL('../migrations/', import.meta.url);

/** Provides Erasures everywhere in a service. */
@Module({})
export class ErasureModule {
  static forRoot(completed: EventDefinition<ErasureCompleted>): DynamicModule {
    return {
      global: true,
      module: ErasureModule,
      providers: [
        { provide: ERASURE_COMPLETED, useValue: completed },
        ErasedPeopleRepository,
        Erasures,
      ],
      exports: [Erasures],
    };
  }
}
