import { Module } from '@nestjs/common';
import { Workers } from './workers.service.js';

@Module({ providers: [Workers], exports: [Workers] })
export class WorkersModule {}
