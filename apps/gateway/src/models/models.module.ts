import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { ModelsController } from './models.controller.js';

@Module({ imports: [CatalogModule], controllers: [ModelsController] })
export class ModelsModule {}
