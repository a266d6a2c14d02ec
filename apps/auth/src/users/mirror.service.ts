import type { Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { emailKey, type Person, type User } from './user.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** What people who sign up by themselves begin with. */
const firstPlan = 'free';

/** Keeps accounts as Clerk has the people. */
@Injectable()
export class MirrorService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly users: UsersService,
  ) {}

  /**
   * Brings the account of a person to what Clerk says of them, and makes it where there is none. Undefined where
   * there is none to have: they were deleted, or have no verified address yet. An older state changes nothing.
   */
  async mirror(tx: Tx, person: Person): Promise<User | undefined> {
    const { clerkUserId } = person;
    if (!(await this.repository.lockPerson(tx, clerkUserId))) return undefined;
    const known = await this.repository.lockMirrored(tx, { clerkUserId });
    if (known === undefined) {
      return person.email === undefined
        ? undefined
        : this.first(tx, { ...person, email: person.email });
    }
    const { user, nameIsOwn, clerkUpdatedAt } = known;
    if (clerkUpdatedAt !== undefined && person.updatedAt < clerkUpdatedAt) return user;
    if (person.email !== undefined && emailKey(person.email) !== emailKey(user.email)) {
      if (
        (await this.repository.lockMirrored(tx, { emailKey: emailKey(person.email) })) !== undefined
      ) {
        throw addressHeld();
      }
    }
    const { name, ...rest } = person;
    await this.repository.mirror(tx, user.userId, nameIsOwn ? rest : { ...rest, name });
    return this.repository.find(user.userId, tx);
  }

  /** A deleted person: undefined where they had no account, or it is closed already. */
  async bury(tx: Tx, clerkUserId: string): Promise<User | undefined> {
    await this.repository.lockPerson(tx, clerkUserId);
    await this.repository.buryPerson(tx, clerkUserId);
    const known = await this.repository.lockMirrored(tx, { clerkUserId });
    return known?.user.closedAt === undefined ? known?.user : undefined;
  }

  /** Takes over the account that an operator made for this address, which Clerk has verified, or makes one. */
  private async first(tx: Tx, person: Person & { email: string }): Promise<User | undefined> {
    const { clerkUserId, email, name, updatedAt } = person;
    const held = await this.repository.lockMirrored(tx, { emailKey: emailKey(email) });
    if (held === undefined) {
      const clerk = { clerkUserId, clerkUpdatedAt: updatedAt };
      return this.users.open(tx, { email, name, plan: firstPlan, ...clerk });
    }
    if (held.user.clerkUserId !== undefined) throw addressHeld();
    const { name: _, ...rest } = person;
    await this.repository.mirror(tx, held.user.userId, held.nameIsOwn ? rest : person);
    return this.repository.find(held.user.userId, tx);
  }
}

/** Clerk gives a verified address to one person: the news about the other is still under way. */
function addressHeld(): RpcError {
  return new RpcError('aborted', 'the address is still that of another account: try again later');
}
