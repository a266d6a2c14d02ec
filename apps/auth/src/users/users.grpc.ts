import type {
  CreateUserRequest,
  CreateUserResponse,
  GetUserRequest,
  GetUserResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { newUserSchema, userReferenceSchema } from './user.js';
import { UsersService } from './users.service.js';

@Controller()
export class UsersGrpc {
  constructor(private readonly users: UsersService) {}

  @GrpcMethod('AuthService', 'createUser')
  async createUser(request: CreateUserRequest): Promise<CreateUserResponse> {
    return { user: await this.users.create(validRequest(newUserSchema, request)) };
  }

  @GrpcMethod('AuthService', 'getUser')
  async getUser(request: GetUserRequest): Promise<GetUserResponse> {
    const { userId } = validRequest(userReferenceSchema, request);
    return { user: await this.users.get(userId) };
  }
}
