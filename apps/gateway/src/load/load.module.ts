import { Module } from '@nestjs/common';
import { Starts } from './starts.service.js';

@Module({ providers: [Starts], exports: [Starts] })
export class LoadModule {}
