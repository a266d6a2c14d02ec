import { Module } from '@nestjs/common';
import { UsersGrpc } from './users.grpc.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  controllers: [UsersGrpc],
  providers: [UsersService, UsersRepository],
})
export class UsersModule {}
