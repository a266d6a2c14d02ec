import { Module } from '@nestjs/common';
import { OutstandingGrpc } from './outstanding.grpc.js';
import { OutstandingRepository } from './outstanding.repository.js';
import { OutstandingService } from './outstanding.service.js';

@Module({
  controllers: [OutstandingGrpc],
  providers: [OutstandingService, OutstandingRepository],
})
export class OutstandingModule {}
