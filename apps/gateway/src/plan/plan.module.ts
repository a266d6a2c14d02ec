import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { Planner } from './planner.service.js';

@Module({ imports: [CatalogModule, WorkersModule], providers: [Planner], exports: [Planner] })
export class PlanModule {}
