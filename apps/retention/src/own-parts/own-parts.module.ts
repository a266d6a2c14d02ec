import { Global, Module } from '@nestjs/common';
import { OwnPartsRepository } from './own-parts.repository.js';
import { OwnParts } from './own-parts.service.js';

@Global()
@Module({ providers: [OwnParts, OwnPartsRepository], exports: [OwnParts] })
export class OwnPartsModule {}
