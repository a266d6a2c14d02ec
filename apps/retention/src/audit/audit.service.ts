import { randomUUID } from 'node:crypto';
import type { AuditAct, AuditedAct } from '@modelbridge/contracts/audit';
import { retentionActPerformed } from '@modelbridge/contracts/events';
import type { Tx } from '@modelbridge/service-kit/database';
import { actingNow, RpcError, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';

const mostKnown = 10_000;

export interface Act {
  act: AuditAct;
  /** Whose log it belongs to: the author's own, in a team too. Null: staff's alone. */
  userId: string | null;
  objectIds?: string[];
  details?: Record<string, string>;
}

/** What a person asked for earlier and is done without a call of theirs; told again under the same id, it is one entry. */
export type LaterAct = Act & { userId: string; id: string };

/** Tells auth, which keeps the audit log, of what belongs in it. The actor is whoever makes the call. */
@Injectable()
export class AuditService {
  private readonly accounts = new Map<string, string>();

  constructor(
    private readonly outbox: Outbox,
    private readonly auth: AuthClient,
  ) {}

  /** In the transaction of the act: there is none without its entry, which auth gets as soon as it can take it. */
  async record(tx: Tx, act: Act): Promise<void> {
    const { id, ...entry } = await this.entry(act);
    await this.outbox.add(tx, retentionActPerformed, entry, { id });
  }

  /** Returns once the log has it. Throws `unavailable` where it does not take it: then the act must not be done. */
  async recordNow(act: Act): Promise<void> {
    await this.tell(await this.entry(act));
  }

  /** As `recordNow`, in the name of the person. */
  async recordLater({ id, ...act }: LaterAct): Promise<void> {
    const actor = { kind: 'person' as const, id: act.userId };
    await this.tell({ ...(await this.entry(act)), id, actor, reason: '' });
  }

  private async tell({
    id,
    actor,
    accountId,
    ...rest
  }: AuditedAct & { id: string }): Promise<void> {
    await this.auth
      .recordAuditEntry({
        ...rest,
        idempotencyKey: id,
        accountId: accountId ?? undefined,
        actorKind: actor.kind,
        actorId: actor.id,
      })
      .catch((error: unknown) => {
        throw notAudited(error);
      });
  }

  private async entry({
    act,
    userId,
    objectIds = [],
    details = {},
  }: Act): Promise<AuditedAct & { id: string }> {
    const accountId = userId === null ? null : await this.accountOf(userId);
    return { id: randomUUID(), act, accountId, objectIds, details, ...actingNow('retention') };
  }

  /** A person's own account, which stays the same. */
  private async accountOf(userId: string): Promise<string> {
    const known = this.accounts.get(userId);
    if (known !== undefined) return known;
    const { user } = await this.auth.getUser({ userId }).catch((error: unknown) => {
      throw rpcErrorFrom(error)?.code === 'not_found'
        ? new RpcError('not_found', 'there is no such user', { field: 'actor_user_id' })
        : notAudited(error);
    });
    if (user === undefined) throw notAudited(undefined);
    if (this.accounts.size >= mostKnown) this.accounts.clear();
    this.accounts.set(userId, user.accountId);
    return user.accountId;
  }
}

function notAudited(cause: unknown): RpcError {
  return new RpcError('unavailable', 'the audit log does not take entries: try again', { cause });
}
