import { randomUUID } from 'node:crypto';
import { uuidOf } from '@modelbridge/contracts';
import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { memberOf, type NewNotice } from './notice.js';
import { NoticesRepository } from './notices.repository.js';

/** What accounts are told about their money. */
@Injectable()
export class Notices {
  constructor(private readonly repository: NoticesRepository) {}

  /** In the transaction of the cause: it is told if and only if it has happened, once for each account, kind and cause. */
  async add(tx: Tx, notice: NewNotice): Promise<void> {
    const member = memberOf(notice);
    const memberUserId = member === undefined ? undefined : uuidOf('user', member);
    await this.repository.add(tx, randomUUID(), notice, memberUserId);
  }
}
