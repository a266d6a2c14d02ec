import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { Clock } from '../clock/clock.js';
import { LatestClock } from '../clock/latest-clock.service.js';
import { erasureBounds } from './bounds.js';
import { ErasureMailsService } from './erasure-mails.service.js';
import { ErasureStepsService } from './erasure-steps.service.js';
import { ErasuresRepository } from './erasures.repository.js';
import { isSameCode, newCode, type Erasure, type ErasurePage } from './erasure.js';
import { OwnedTeamsService } from './owned-teams.service.js';

/** What people and operators do about erasures. */
@Injectable()
export class ErasuresService {
  constructor(
    private readonly database: Database,
    private readonly erasures: ErasuresRepository,
    private readonly mails: ErasureMailsService,
    private readonly steps: ErasureStepsService,
    private readonly teams: OwnedTeamsService,
    private readonly auth: AuthClient,
    private readonly clock: Clock,
    private readonly latest: LatestClock,
  ) {}

  /** Mails a code; nothing else happens until it comes back. */
  async request(userId: string): Promise<{ erasure: Erasure; codeExpiresAt: Date }> {
    await this.teams.requireNone(userId);
    const { accountId, email } = await this.person(userId);
    const now = this.clock.now();
    const codeExpiresAt = new Date(now.getTime() + erasureBounds.codeLifetimeMs);
    const erasure = await this.database.transaction(async (tx) => {
      await this.erasures.lockPerson(tx, userId);
      const open = await this.openOf(tx, userId);
      if (open !== undefined && open.state !== 'requested') throw confirmedAlready(open);
      const erasureId =
        open?.erasureId ??
        (await this.erasures.add(
          tx,
          { userId, accountId },
          { cause: 'person', state: 'requested', now },
        ));
      const code = newCode();
      const mail = { erasureId, userId, address: email, code, now };
      if (!(await this.mails.sendCode(tx, mail))) throw tooManyCodes();
      await this.erasures.change(tx, erasureId, { email, code, codeExpiresAt, codeTries: 0 });
      return this.locked(tx, erasureId);
    });
    return { erasure, codeExpiresAt };
  }

  /** Keys and sessions are gone when it answers, or as soon as auth and Clerk can be told. */
  async confirm(userId: string, code: string): Promise<Erasure> {
    await this.teams.requireNone(userId);
    const now = this.clock.now();
    // A wrong try counts: the refusal is thrown when that is committed.
    const tried = await this.database.transaction(async (tx) => {
      await this.erasures.lockPerson(tx, userId);
      const open = await this.openOf(tx, userId);
      if (open?.state !== 'requested') {
        throw open === undefined ? nothingToConfirm() : confirmedAlready(open);
      }
      const { erasureId, codeTries, codeExpiresAt } = open;
      const isOver = codeTries >= erasureBounds.codeTries || (codeExpiresAt ?? now) <= now;
      if (isOver || open.code === undefined) return { refusal: codeOver() };
      if (!isSameCode(open.code, code)) {
        await this.erasures.change(tx, erasureId, { codeTries: codeTries + 1 });
        return { refusal: wrongCode(erasureBounds.codeTries - codeTries - 1) };
      }
      await this.erasures.change(tx, erasureId, {
        state: 'confirmed',
        code: undefined,
        codeExpiresAt: undefined,
        confirmedAt: now,
        executesAt: new Date(now.getTime() + erasureBounds.windowMs),
      });
      await this.mails.tellConfirmed(tx, { erasureId, address: open.email });
      return { erasureId };
    });
    if (tried.refusal !== undefined) throw tried.refusal;
    await this.steps.take(tried.erasureId);
    return this.show(tried.erasureId);
  }

  async cancel(userId: string): Promise<Erasure> {
    // By which it would begin: nobody is told that it is too late before.
    const now = await this.latest.toDestroy();
    const erasureId = await this.database.transaction(async (tx) => {
      await this.erasures.lockPerson(tx, userId);
      const open = await this.openOf(tx, userId);
      if (open === undefined) throw nothingToCancel();
      if (open.state !== 'requested' && open.state !== 'confirmed') throw tooLate();
      const { executesAt } = open;
      if (executesAt !== undefined && executesAt <= now) throw tooLate();
      await this.erasures.change(tx, open.erasureId, {
        state: 'cancelled',
        // auth may have been told already.
        isHeld: open.state === 'confirmed',
        code: undefined,
        codeExpiresAt: undefined,
        email: undefined,
      });
      return open.erasureId;
    });
    await this.steps.take(erasureId);
    return this.show(erasureId);
  }

  /** The newest one of a person. */
  async ofPerson(userId: string): Promise<Erasure> {
    const erasure = await this.erasures.newestOf(userId);
    if (erasure === undefined) {
      throw new RpcError('not_found', 'there is no erasure of this person', {
        field: 'erasure_id',
      });
    }
    return erasure;
  }

  /** All of a person, newest first. */
  allOf(userId: string): Promise<Erasure[]> {
    return this.erasures.allOf(userId);
  }

  /** Without a code and a window. The one that runs is answered where there is one, and goes on at once. */
  async start(userId: string): Promise<Erasure> {
    const { accountId } = await this.person(userId);
    const erasureId = await this.begin({ userId, accountId }, 'staff');
    if (erasureId === undefined) return this.ofPerson(userId);
    return this.show(erasureId);
  }

  /** Their account is closed, or is to be: it goes on without them. Undefined where they are erased already. */
  async begin(
    person: { userId: string; accountId: string },
    cause: 'clerk' | 'staff',
  ): Promise<string | undefined> {
    const now = this.clock.now();
    const erasureId = await this.database.transaction(async (tx) => {
      await this.erasures.lockPerson(tx, person.userId);
      const newest = await this.erasures.newestOf(person.userId, tx);
      if (newest?.state === 'done') return undefined;
      if (newest === undefined || newest.state === 'cancelled') {
        return this.erasures.add(tx, person, { cause, state: 'erasing', now, beganAt: now });
      }
      if (newest.state === 'requested' || newest.state === 'confirmed') {
        const begun = { state: 'erasing', beganAt: now, code: undefined } as const;
        await this.erasures.change(tx, newest.erasureId, { ...begun, codeExpiresAt: undefined });
      }
      return newest.erasureId;
    });
    if (erasureId !== undefined) void this.steps.take(erasureId);
    return erasureId;
  }

  async show(erasureId: string): Promise<Erasure> {
    const erasure = await this.erasures.find(erasureId);
    if (erasure === undefined) {
      throw new RpcError('not_found', 'no such erasure', { field: 'erasure_id' });
    }
    return erasure;
  }

  /** Newest first; `nextCursor` is empty on the last page. */
  async list(page: ErasurePage): Promise<{ erasures: Erasure[]; nextCursor: string }> {
    const found = await this.erasures.list(page);
    const erasures = found.slice(0, page.limit);
    const isLast = found.length <= page.limit;
    return { erasures, nextCursor: isLast ? '' : (erasures.at(-1)?.erasureId ?? '') };
  }

  private async openOf(tx: Tx, userId: string): Promise<Erasure | undefined> {
    const newest = await this.erasures.newestOf(userId, tx);
    return newest?.state === 'done' || newest?.state === 'cancelled' ? undefined : newest;
  }

  private async locked(tx: Tx, erasureId: string): Promise<Erasure> {
    const erasure = await this.erasures.lock(tx, erasureId);
    if (erasure === undefined) throw new Error('an erasure is gone');
    return erasure;
  }

  private async person(userId: string): Promise<{ accountId: string; email: string }> {
    try {
      const { user } = await this.auth.getUser({ userId });
      if (user !== undefined) return user;
    } catch (error) {
      if (rpcErrorFrom(error)?.code !== 'not_found') {
        throw new RpcError('unavailable', 'auth cannot be asked for the account: try again', {
          cause: error,
        });
      }
    }
    throw new RpcError('not_found', 'no such user', { field: 'user_id' });
  }
}

function confirmedAlready({ state, executesAt }: Erasure): RpcError {
  const message =
    state === 'confirmed'
      ? 'an erasure is confirmed already: it can be cancelled until executes_at'
      : 'the account is being erased';
  return new RpcError('failed_precondition', message, {
    details: {
      reason: 'erasure_confirmed',
      ...(executesAt && { executesAt: executesAt.toISOString() }),
    },
  });
}

function tooManyCodes(): RpcError {
  return new RpcError(
    'resource_exhausted',
    `at most ${erasureBounds.codesADay} codes are mailed in 24 hours: use the newest, or try again tomorrow`,
  );
}

function nothingToConfirm(): RpcError {
  return refusedCode('there is no erasure to confirm: request one first');
}

function codeOver(): RpcError {
  return refusedCode('the code is over: request the erasure again for another');
}

function wrongCode(left: number): RpcError {
  if (left === 0) return refusedCode('the code is wrong and over: request the erasure again');
  return refusedCode(`the code is not that of the newest mail: ${left} more tries`);
}

function refusedCode(message: string): RpcError {
  return new RpcError('failed_precondition', message, { field: 'code' });
}

function nothingToCancel(): RpcError {
  return new RpcError('failed_precondition', 'there is no erasure to cancel');
}

function tooLate(): RpcError {
  return new RpcError('failed_precondition', 'it is too late: the account is being erased');
}
