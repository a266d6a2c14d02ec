import { Global, Module } from '@nestjs/common';
import { OwnParts } from './own-parts.service.js';

@Global()
@Module({ providers: [OwnParts], exports: [OwnParts] })
export class OwnPartsModule {}
