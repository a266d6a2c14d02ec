import { Module } from '@nestjs/common';
import { KeyChangedConsumer } from './key-changed.consumer.js';
import { KeyRevokedConsumer } from './key-revoked.consumer.js';
import { KeysService } from './keys.service.js';

@Module({
  providers: [KeysService, KeyChangedConsumer, KeyRevokedConsumer],
  exports: [KeysService],
})
export class KeysModule {}
