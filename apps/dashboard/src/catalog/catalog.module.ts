import { Global, Module } from '@nestjs/common';
import { Catalog } from './catalog.js';

@Global()
@Module({ providers: [Catalog], exports: [Catalog] })
export class CatalogModule {}
