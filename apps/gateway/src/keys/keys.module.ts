import { Module } from '@nestjs/common';
import { KeyRevokedConsumer } from './key-revoked.consumer.js';
import { KeysService } from './keys.service.js';

@Module({ providers: [KeysService, KeyRevokedConsumer], exports: [KeysService] })
export class KeysModule {}
