import type { AuditedAct } from '@modelbridge/contracts/audit';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { actingNow } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuditRepository } from './audit.repository.js';
import { ChainCheck, type ChainReport } from './chain-check.js';
import { entryAfter, logsOf, type Entry, type EntryPage, type ReportedAct } from './entry.js';

const self = 'auth';

/** An act of this service. */
export interface OwnAct extends Pick<AuditedAct, 'accountId' | 'act'> {
  objectIds?: string[];
  details?: Record<string, string>;
  /** Where it is not whoever makes the call that is being answered. */
  actor?: AuditedAct['actor'];
  /** Unique to the act where it may be told twice. */
  idempotencyKey?: string;
}

/** The append-only logs of security-relevant acts. */
@Injectable()
export class AuditService {
  constructor(
    private readonly database: Database,
    private readonly repository: AuditRepository,
  ) {}

  /** Logs an act in its own transaction: there is none without its entry. */
  record(
    tx: Tx,
    { accountId, act, objectIds = [], details = {}, ...given }: OwnAct,
  ): Promise<void> {
    const { actor, reason } = actingNow(self);
    return this.append(tx, {
      accountId,
      act,
      objectIds,
      details,
      actor: given.actor ?? actor,
      reason: given.actor === undefined ? reason : '',
      source: self,
      idempotencyKey: given.idempotencyKey ?? null,
    });
  }

  /** Logs that staff, where the call comes from staff, looked at what is of a person; a null account: at staff's own log. */
  async staffLooked(look: Pick<OwnAct, 'accountId' | 'objectIds' | 'details'>): Promise<void> {
    if (actingNow(self).actor.kind !== 'staff') return;
    await this.database.transaction((tx) => this.record(tx, { act: 'staff.accessed', ...look }));
  }

  /** Logs what another service has done; once, however often it is told. */
  report(act: ReportedAct): Promise<void> {
    return this.database.transaction((tx) => this.append(tx, act));
  }

  /** Newest first; `nextCursor` is empty on the last page. */
  async list(page: EntryPage): Promise<{ entries: Entry[]; nextCursor: string }> {
    const found = await this.repository.list(page);
    const entries = found.slice(0, page.limit);
    const more = found.length > page.limit;
    return { entries, nextCursor: more ? String(entries.at(-1)?.sequence ?? '') : '' };
  }

  /** Whether every log is as it was written: each entry, its place, and the newest one. */
  check(): Promise<ChainReport> {
    return this.database.transaction(async (tx) => {
      const check = new ChainCheck(await this.repository.heads(tx));
      for await (const entry of this.repository.all(tx)) check.take(entry);
      return check.end();
    }, 'REPEATABLE READ');
  }

  private async append(tx: Tx, act: ReportedAct): Promise<void> {
    for (const log of logsOf(act)) {
      const head = await this.repository.lock(tx, log);
      if (await this.repository.isKnown(tx, log, act)) continue;
      await this.repository.append(tx, entryAfter(head, act, new Date()));
    }
  }
}
