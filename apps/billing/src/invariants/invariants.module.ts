import { Module } from '@nestjs/common';
import { InvariantsGrpc } from './invariants.grpc.js';
import { InvariantsRepository } from './invariants.repository.js';
import { InvariantsService } from './invariants.service.js';

@Module({ controllers: [InvariantsGrpc], providers: [InvariantsService, InvariantsRepository] })
export class InvariantsModule {}
