import { randomUUID } from 'node:crypto';
import { uuidOf } from '@modelbridge/contracts';
import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { memberOf, type NewNotice } from './notice.js';
import { NoticesRepository } from './notices.repository.js';

const mostRemembered = 10_000;

/** What accounts are told about their money. */
@Injectable()
export class Notices {
  /** What has been told, so that a cause that repeats with every request asks Postgres once. */
  private readonly told = new Set<string>();

  constructor(private readonly repository: NoticesRepository) {}

  /** In the transaction of the cause: it is told if and only if it has happened, once for each account, kind and cause. */
  async add(tx: Tx, notice: NewNotice): Promise<void> {
    const { accountId, kind, cause } = notice;
    const name = `${accountId} ${kind} ${cause}`;
    if (this.told.has(name)) return;
    const member = memberOf(notice);
    const memberUserId = member === undefined ? undefined : uuidOf('user', member);
    await this.repository.add(tx, randomUUID(), notice, memberUserId);
    tx.afterCommit(() => this.remember(name));
  }

  private remember(name: string): void {
    this.told.add(name);
    const [oldest] = this.told;
    if (this.told.size > mostRemembered && oldest !== undefined) this.told.delete(oldest);
  }
}
