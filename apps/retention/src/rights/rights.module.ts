import { Module } from '@nestjs/common';
import { EffectsService } from './effects.service.js';
import { Fulfilments } from './fulfilments.service.js';
import { People } from './people.service.js';
import { RightsGrpc } from './rights.grpc.js';
import { RightsRepository } from './rights.repository.js';
import { RightsService } from './rights.service.js';

@Module({
  controllers: [RightsGrpc],
  providers: [EffectsService, Fulfilments, People, RightsRepository, RightsService],
  exports: [Fulfilments, RightsService],
})
export class RightsModule {}
