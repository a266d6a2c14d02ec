import { Module } from '@nestjs/common';
import { BookModule } from '../book/book.module.js';
import { PruningRepository } from './pruning.repository.js';
import { PruningService } from './pruning.service.js';

@Module({ imports: [BookModule], providers: [PruningService, PruningRepository] })
export class PruningModule {}
