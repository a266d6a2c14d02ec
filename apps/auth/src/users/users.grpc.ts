import { actorOf, requireSelf } from '@modelbridge/access';
import {
  ConsentSource,
  type CreateUserRequest,
  type CreateUserResponse,
  type GetUserNamesRequest,
  type GetUserNamesResponse,
  type GetUserRequest,
  type GetUserResponse,
  type RecordConsentsRequest,
  type RecordConsentsResponse,
  type UpdateUserRequest,
  type UpdateUserResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { consentsSchema, type ConsentSource as Source } from './policy.js';
import { settingsSchema } from './settings.js';
import { userMessage } from './user-message.js';
import { newUserSchema, userNamesSchema, userReferenceSchema } from './user.js';
import { noUser, UsersService } from './users.service.js';

const sources: Partial<Record<ConsentSource, Source>> = {
  [ConsentSource.PERSON]: 'person',
  [ConsentSource.OPERATOR]: 'operator',
};

@Controller()
export class UsersGrpc {
  constructor(private readonly users: UsersService) {}

  @GrpcMethod('AuthService', 'createUser')
  async createUser(request: CreateUserRequest): Promise<CreateUserResponse> {
    return { user: userMessage(await this.users.create(validRequest(newUserSchema, request))) };
  }

  @GrpcMethod('AuthService', 'getUser')
  async getUser(request: GetUserRequest): Promise<GetUserResponse> {
    const { userId } = validRequest(userReferenceSchema, request);
    requireSelf('getUser', actorOf(request), userId, noUser());
    return { user: userMessage(await this.users.view(userId)) };
  }

  @GrpcMethod('AuthService', 'getUserNames')
  async getUserNames(request: GetUserNamesRequest): Promise<GetUserNamesResponse> {
    const { userIds } = validRequest(userNamesSchema, request);
    return { users: await this.users.names(userIds) };
  }

  @GrpcMethod('AuthService', 'updateUser')
  async updateUser(request: UpdateUserRequest): Promise<UpdateUserResponse> {
    const { userId, ...settings } = validRequest(settingsSchema, request);
    requireSelf('updateUser', actorOf(request), userId, noUser());
    return { user: userMessage(await this.users.change(userId, settings)) };
  }

  @GrpcMethod('AuthService', 'recordConsents')
  async recordConsents(request: RecordConsentsRequest): Promise<RecordConsentsResponse> {
    const { userId, policyVersion, source } = validRequest(consentsSchema, {
      ...request,
      source: sources[request.source],
    });
    requireSelf('recordConsents', actorOf(request), userId, noUser());
    return {
      user: userMessage(await this.users.recordConsents(userId, { policyVersion, source })),
    };
  }
}
