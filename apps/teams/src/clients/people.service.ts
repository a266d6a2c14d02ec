import type { UserName } from '@modelbridge/contracts/auth.v1';
import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable } from '@nestjs/common';
import { AuthClient } from './clients.js';

/** What people are called, which auth knows. It is not kept here. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly auth: AuthClient,
    private readonly logger: Logger,
  ) {}

  /** Each of them with name and address; without where auth cannot be asked, or the account was closed. */
  async named<T extends { userId: string }>(
    people: readonly T[],
  ): Promise<(T & Partial<Pick<UserName, 'name' | 'email'>>)[]> {
    const userIds = people.map(({ userId }) => userId);
    const { users } = await this.auth.getUserNames({ userIds }).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'members are shown without their names');
      return { users: [] };
    });
    const known = new Map(users.map((user) => [user.userId, user]));
    return people.map((person) => {
      const { name, email } = known.get(person.userId) ?? {};
      return {
        ...person,
        ...(name !== undefined && { name }),
        ...(email !== undefined && { email }),
      };
    });
  }
}
