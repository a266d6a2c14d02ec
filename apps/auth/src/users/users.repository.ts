import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, violatedConstraint } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { emailTaken, UserEntity } from './user.entity.js';
import type { User } from './user.js';

@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  /** Undefined when the address is taken. */
  async insert(user: Omit<User, 'createdAt'> & { emailKey: string }): Promise<User | undefined> {
    const users = this.database.repository(UserEntity);
    const entity = users.create({
      id: uuidOf('user', user.userId),
      email: user.email,
      emailKey: user.emailKey,
      name: user.name,
      accountId: uuidOf('account', user.accountId),
    });
    try {
      await users.insert(entity);
    } catch (error) {
      if (violatedConstraint(error) === emailTaken) return undefined;
      throw error;
    }
    return userOf(entity);
  }

  async find(userId: string): Promise<User | undefined> {
    const users = this.database.repository(UserEntity);
    const entity = await users.findOneBy({ id: uuidOf('user', userId) });
    return entity === null ? undefined : userOf(entity);
  }
}

function userOf(entity: UserEntity): User {
  return {
    userId: idFromUuid('user', entity.id),
    email: entity.email,
    name: entity.name,
    accountId: idFromUuid('account', entity.accountId),
    createdAt: entity.createdAt,
  };
}
