import { newId } from '@modelbridge/contracts';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { emailKey, type NewUser, type User } from './user.js';
import { UsersRepository } from './users.repository.js';

@Injectable()
export class UsersService {
  constructor(private readonly users: UsersRepository) {}

  async create({ email, name }: NewUser): Promise<User> {
    const user = await this.users.insert({
      userId: newId('user'),
      accountId: newId('account'),
      email,
      emailKey: emailKey(email),
      name,
    });
    if (user === undefined) {
      throw new RpcError('already_exists', 'email is already registered', { field: 'email' });
    }
    return user;
  }

  async get(userId: string): Promise<User> {
    const user = await this.users.find(userId);
    if (user === undefined) throw new RpcError('not_found', 'no such user', { field: 'user_id' });
    return user;
  }
}
