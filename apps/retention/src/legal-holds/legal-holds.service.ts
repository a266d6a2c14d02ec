import { newId } from '@modelbridge/contracts';
import type { AuditAct } from '@modelbridge/contracts/audit';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { actingNow, RpcError } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { LatestClock } from '../clock/latest-clock.service.js';
import { KeysService } from '../keyring/keys.service.js';
import { ReceiptsService } from '../receipts/receipts.service.js';
import { legalHoldBounds } from './bounds.js';
import { HoldingService } from './holding.service.js';
import { credentialOf, holdKey, type LegalHold, type NewHold } from './legal-hold.js';
import { LegalHoldsRepository } from './legal-holds.repository.js';

@Injectable()
export class LegalHoldsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly looks: KickedLoop;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly holds: LegalHoldsRepository,
    private readonly holding: HoldingService,
    private readonly keys: KeysService,
    private readonly receipts: ReceiptsService,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly latest: LatestClock,
    logger: Logger,
  ) {
    this.looks = new KickedLoop(
      () => this.look(),
      (error) => logger.error({ err: error }, 'a legal hold could not be kept or ended'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.looks.kick(), legalHoldBounds.lookEveryMs);
    void this.looks.kick();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async propose({ userId, span, endsAt }: NewHold): Promise<LegalHold> {
    const createdAt = this.clock.now();
    requireEnd(endsAt, createdAt);
    const hold = {
      holdId: newId('legalHold'),
      userId,
      span,
      endsAt,
      state: 'proposed' as const,
      proposedBy: actingNow('retention').actor.id,
      createdAt,
    };
    await this.database.transaction(async (tx) => {
      await this.holds.insert(tx, hold);
      await this.record(tx, 'hold.proposed', hold);
    });
    return { ...hold, held: 0n };
  }

  async confirm(holdId: string): Promise<LegalHold> {
    const hold = await this.holds.find(holdId);
    if (hold === undefined) throw noSuchHold();
    const confirmedBy = actingNow('retention').actor.id;
    if (credentialOf(confirmedBy) === credentialOf(hold.proposedBy)) {
      throw notNow('hold_id was proposed by you: somebody else must confirm it');
    }
    await this.keys.ensure(holdKey(holdId));
    await this.database.transaction(async (tx) => {
      if (!(await this.holds.move(tx, holdId, ['proposed'], 'active', { confirmedBy }))) {
        throw notNow('hold_id is no proposal any more');
      }
      await this.record(tx, 'hold.confirmed', hold);
    });
    await this.looks.kick();
    return this.found(holdId);
  }

  async end(holdId: string): Promise<LegalHold> {
    const hold = await this.found(holdId);
    await this.database.transaction(async (tx) => {
      if (await this.holds.move(tx, holdId, ['proposed', 'active'], 'ending'))
        await this.record(tx, 'hold.ended', hold);
    });
    await this.finish(await this.found(holdId));
    return this.found(holdId);
  }

  list(): Promise<LegalHold[]> {
    return this.holds.list();
  }

  /** Keeps what came, and ends what is over. */
  async look(): Promise<void> {
    const now = await this.latest.toDestroy();
    for (const hold of await this.holds.unfinished()) {
      if (hold.state === 'ending') await this.finish(hold);
      else if (hold.endsAt <= now) await this.end(hold.holdId);
      else await this.holding.keepAll(hold);
    }
  }

  /** Each step can be done again. */
  private async finish({ holdId, state, held }: LegalHold): Promise<void> {
    if (state !== 'ending') return;
    const { at, how, evidence } = await this.keys.destroy(holdKey(holdId));
    while ((await this.holds.remove(holdId, legalHoldBounds.removedAtOnce)) > 0);
    const facts = {
      keyring: this.keys.keyringKind,
      destroyed_at: at.toISOString(),
      how,
      evidence,
      rows_unreadable: held.toString(),
    };
    await this.database.transaction(async (tx) => {
      await this.receipts.issue(tx, { kind: 'legal_hold', subject: holdId, facts });
      await this.holds.move(tx, holdId, ['ending'], 'ended', { endedAt: at });
    });
  }

  /** In staff's log alone: whom a hold is about may not be told of it. */
  private record(tx: Tx, act: AuditAct, { holdId, userId }: Pick<LegalHold, 'holdId' | 'userId'>) {
    return this.audit.record(tx, { act, userId: null, objectIds: [holdId, userId] });
  }

  private async found(holdId: string): Promise<LegalHold> {
    const hold = await this.holds.find(holdId);
    if (hold === undefined) throw noSuchHold();
    return hold;
  }
}

function requireEnd(endsAt: Date, now: Date): void {
  const ms = endsAt.getTime() - now.getTime();
  if (ms > 0 && ms <= legalHoldBounds.longestMs) return;
  const message = 'ends_at must lie ahead, and at most two years';
  throw new RpcError('invalid_argument', message, { field: 'ends_at' });
}

function noSuchHold(): RpcError {
  return new RpcError('not_found', 'there is no such legal hold', { field: 'hold_id' });
}

function notNow(message: string): RpcError {
  return new RpcError('failed_precondition', message, { field: 'hold_id' });
}
