import { Module } from '@nestjs/common';
import { AccountController } from './account.controller.js';
import { Reads } from './reads.service.js';

@Module({ controllers: [AccountController], providers: [Reads], exports: [Reads] })
export class AccountModule {}
