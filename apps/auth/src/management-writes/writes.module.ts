import { Module } from '@nestjs/common';
import { WritesGrpc } from './writes.grpc.js';
import { WritesRepository } from './writes.repository.js';
import { WritesService } from './writes.service.js';
import { WritesSweeper } from './writes-sweeper.service.js';

@Module({
  controllers: [WritesGrpc],
  providers: [WritesService, WritesRepository, WritesSweeper],
  exports: [WritesService],
})
export class ManagementWritesModule {}
