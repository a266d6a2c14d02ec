import { randomUUID } from 'node:crypto';
import { newId } from '@modelbridge/contracts';
import { authKeyChanged, authUserCreated } from '@modelbridge/contracts/events';
import { Mails } from '@modelbridge/mail';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Choice } from '../choices/choice.js';
import { ChoicesService } from '../choices/choices.service.js';
import { causePrefix, policyChangeMail } from '../policies/policy-change.js';
import { PoliciesService } from '../policies/policies.service.js';
import { ClosedAccounts } from './closed-accounts.service.js';
import type { Consents } from './policy.js';
import type { Settings } from './settings.js';
import type { NewUser, User } from './user.js';
import { UsersRepository, type UserRow } from './users.repository.js';

@Injectable()
export class UsersService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly users: UsersRepository,
    private readonly audit: AuditService,
    private readonly policies: PoliciesService,
    private readonly choices: ChoicesService,
    private readonly mails: Mails,
    private readonly closed: ClosedAccounts,
  ) {}

  create(newUser: NewUser): Promise<User> {
    return this.database.transaction((tx) => this.open(tx, newUser));
  }

  /** Makes an account; billing is told until it has opened the billing account. */
  async open(tx: Tx, newUser: Omit<UserRow, 'userId' | 'accountId'>): Promise<User> {
    const ids = { userId: newId('user'), accountId: newId('account') };
    const user = await this.users.insert(tx, { ...newUser, ...ids });
    if (user === undefined) {
      throw new RpcError('already_exists', 'email is already registered', { field: 'email' });
    }
    await this.audit.record(tx, {
      act: 'account.created',
      accountId: ids.accountId,
      objectIds: [ids.userId],
    });
    await this.tellOfUpcomingPolicy(tx, ids.userId);
    await this.outbox.add(
      tx,
      authUserCreated,
      { ...ids, plan: newUser.plan },
      { id: ids.accountId, awaitConfirmation: true },
    );
    return user;
  }

  /** billing has opened the account: it need not be told again. */
  async opened(accountId: string): Promise<void> {
    await this.database.transaction((tx) => this.outbox.confirm(tx, [accountId]));
  }

  async get(userId: string): Promise<User> {
    return known(await this.users.find(userId));
  }

  /** The billing account of a person; undefined for who is unknown or closed. */
  async accountOf(userId: string): Promise<string | undefined> {
    const user = await this.users.find(userId);
    return user?.closedAt === undefined ? user?.accountId : undefined;
  }

  /** A person's data for whoever makes the call; that staff looked is logged. */
  async view(userId: string): Promise<User> {
    const user = await this.get(userId);
    await this.audit.staffLooked({ accountId: user.accountId, objectIds: [userId] });
    return user;
  }

  /** What people are called, of those whose account is open. */
  names(userIds: readonly string[]): Promise<Pick<User, 'userId' | 'name' | 'email'>[]> {
    return this.users.names(userIds);
  }

  async findByClerkId(clerkUserId: string): Promise<User | undefined> {
    return this.users.findByClerkId(clerkUserId);
  }

  change(userId: string, settings: Settings): Promise<User> {
    return this.database.transaction(async (tx) => {
      const user = known(await this.users.lockOpen(tx, userId));
      const { preferences } = settings;
      if (preferences !== undefined) {
        const given = preferences.productNewsEmail;
        await this.choices.decide(tx, user, { purpose: 'product_news', given });
      }
      await this.users.change(tx, userId, settings);
      const chosen = settings.storeContent ?? user.storeContent;
      if (chosen !== user.storeContent) await this.tellStorage(tx, user, chosen);
      return known(await this.users.find(userId, tx));
    });
  }

  /** Keeps what a person decided about a purpose, and what follows from it. */
  decide(userId: string, choice: Pick<Choice, 'purpose' | 'given'>): Promise<void> {
    return this.database.transaction(async (tx) => {
      const user = known(await this.users.lockOpen(tx, userId));
      await this.choices.decide(tx, user, choice);
      if (choice.purpose !== 'product_news') return;
      const preferences = { ...user.preferences, productNewsEmail: choice.given };
      await this.users.change(tx, userId, { preferences });
    });
  }

  /** Nothing is processed for them from here on; since when. */
  async restrict(tx: Tx, userId: string): Promise<{ since: Date; isNew: boolean }> {
    const { accountId, restrictedAt } = known(await this.users.lockOpen(tx, userId));
    if (restrictedAt !== undefined) return { since: restrictedAt, isNew: false };
    const act = { accountId, objectIds: [userId] };
    await this.audit.record(tx, { act: 'processing.restricted', ...act });
    return { since: await this.users.restrict(tx, userId), isNew: true };
  }

  /** False where nothing was restricted. */
  async unrestrict(tx: Tx, userId: string): Promise<boolean> {
    const { accountId, restrictedAt } = known(await this.users.lockOpen(tx, userId));
    if (restrictedAt === undefined) return false;
    const act = { accountId, objectIds: [userId] };
    await this.audit.record(tx, { act: 'processing.unrestricted', ...act });
    await this.users.unrestrict(tx, userId);
    return true;
  }

  /** Since when nothing is processed for a person, as they asked. */
  async restrictedAt(userId: string): Promise<Date | undefined> {
    return (await this.users.find(userId))?.restrictedAt;
  }

  /** Users for whom nothing is processed, in the order of their ids. */
  restricted(limit: number, after?: string): Promise<string[]> {
    return this.users.restricted(limit, after);
  }

  /** Whether what a person's requests say may be stored. */
  storesContent(userId: string): Promise<boolean> {
    return this.users.storesContent(userId);
  }

  async recordConsents(userId: string, consents: Omit<Consents, 'acceptedAt'>): Promise<User> {
    await this.policies.requireAcceptable(consents.policyVersion);
    return this.database.transaction(async (tx) => {
      const { accountId } = known(await this.users.lockOpen(tx, userId));
      await this.audit.record(tx, {
        act: 'consents.recorded',
        accountId,
        objectIds: [userId],
        details: { policy_version: consents.policyVersion, source: consents.source },
      });
      await this.users.consent(tx, userId, consents);
      return known(await this.users.find(userId, tx));
    });
  }

  /** The ids of all open accounts' people. */
  async *openByPages(tx: Tx, size: number): AsyncGenerator<string[]> {
    let page: string[] = [];
    do {
      page = await this.users.openAfter(tx, size, page.at(-1));
      if (page.length > 0) yield page;
    } while (page.length === size);
  }

  private async tellOfUpcomingPolicy(tx: Tx, userId: string): Promise<void> {
    const upcoming = await this.policies.newcomersAreToldOf(tx);
    if (upcoming?.isMaterial !== true) return;
    const { policyVersion } = upcoming;
    const cause = causePrefix(policyVersion, 'newcomer') + userId;
    await this.mails.add(tx, policyChangeMail, cause, { policyVersion, userId });
  }

  /** Throws unless this person may have keys; until the transaction ends the account cannot close. */
  async requireMayHaveKeys(tx: Tx, userId: string): Promise<void> {
    const user = known(await this.users.lockOpen(tx, userId));
    if (user.restrictedAt !== undefined) {
      throw new RpcError(
        'failed_precondition',
        'their data is restricted, as they asked: have the restriction lifted first',
        { field: 'user_id', details: { reason: 'processing_restricted' } },
      );
    }
    if (user.erasureId !== undefined) {
      throw new RpcError(
        'failed_precondition',
        'the account is to be erased: no key can be made unless the erasure is cancelled',
        { field: 'user_id', details: { reason: 'erasure_confirmed' } },
      );
    }
    if (user.consents !== undefined) return;
    const { policyVersion } = await this.policies.current(tx);
    throw new RpcError(
      'failed_precondition',
      'they have to confirm that they are 18 or older and accept the terms before their first key',
      {
        field: 'user_id',
        details: { reason: 'consents_missing', policyVersion },
      },
    );
  }

  /** Gateways ask anew about every key of theirs. */
  private async tellStorage(
    tx: Tx,
    { userId, accountId }: User,
    storeContent: boolean,
  ): Promise<void> {
    await this.audit.record(tx, {
      act: 'content_storage.changed',
      accountId,
      objectIds: [userId],
      details: { store_content: String(storeContent) },
    });
    for (const keyId of await this.users.keysOf(tx, userId)) {
      await this.outbox.add(
        tx,
        authKeyChanged,
        { keyId },
        { id: `changed:${keyId}:${randomUUID()}` },
      );
    }
  }

  /** Closes an account for good and says so. */
  async close(tx: Tx, { userId, accountId }: User): Promise<void> {
    await this.users.close(tx, userId);
    await this.audit.record(tx, { act: 'account.closed', accountId, objectIds: [userId] });
    await this.closed.tell(tx, { userId, accountId });
  }

  /** retention has taken note of a closed account: it need not be told again. */
  async deletionTaken(userId: string): Promise<void> {
    await this.database.transaction((tx) => this.outbox.confirm(tx, [userId]));
  }

  /** No key is made from then on. */
  async hold(tx: Tx, userId: string, erasureId: string): Promise<User> {
    const user = known(await this.users.lockOpen(tx, userId));
    await this.users.setErasure(tx, userId, erasureId);
    return user;
  }

  /** Undefined where it is not held for this erasure. */
  async lift(tx: Tx, userId: string, erasureId: string): Promise<User | undefined> {
    const user = await this.users.lockOpen(tx, userId);
    if (user?.erasureId !== erasureId) return undefined;
    await this.users.setErasure(tx, userId, undefined);
    return user;
  }

  findOpen(tx: Tx, userId: string): Promise<User | undefined> {
    return this.users.lockOpen(tx, userId);
  }

  async clerkIdOf(userId: string): Promise<string | undefined> {
    return (await this.users.find(userId))?.clerkUserId;
  }

  /** Nothing of them is left here; how many rows there were. */
  async remove(tx: Tx, userId: string): Promise<{ people: number; consents: number }> {
    // A start in the midst of an erasure has told of the closed account again, and nobody confirms that.
    await this.outbox.confirm(tx, [userId]);
    return this.users.remove(tx, userId);
  }
}

function known(user: User | undefined): User {
  if (user === undefined) throw noUser();
  return user;
}

export function noUser(): RpcError {
  return new RpcError('not_found', 'no such user', { field: 'user_id' });
}
