import { Module } from '@nestjs/common';
import { PruningRepository } from './pruning.repository.js';
import { PruningService } from './pruning.service.js';

@Module({ providers: [PruningService, PruningRepository] })
export class PruningModule {}
