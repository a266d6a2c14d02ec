import { Module } from '@nestjs/common';
import { KeysGrpc } from './keys.grpc.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';

@Module({
  controllers: [KeysGrpc],
  providers: [KeysService, KeysRepository],
})
export class KeysModule {}
