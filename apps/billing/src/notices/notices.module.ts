import { Module } from '@nestjs/common';
import { NoticesRepository } from './notices.repository.js';
import { Notices } from './notices.service.js';

@Module({ providers: [Notices, NoticesRepository], exports: [Notices] })
export class NoticesModule {}
