import { randomUUID } from 'node:crypto';
import type { AuditAct } from '@modelbridge/contracts/audit';
import { authKeyChanged, authKeyRevoked } from '@modelbridge/contracts/events';
import type { Tx } from '@modelbridge/service-kit/database';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Key } from './key.js';

/** What was done to a key. */
export interface KeyAct {
  act: 'made' | 'changed' | 'rotated' | 'disabled' | 'enabled' | 'revoked' | 'leaked';
  key: Key;
}

const audited: Record<KeyAct['act'], AuditAct> = {
  made: 'key.created',
  changed: 'key.changed',
  rotated: 'key.rotated',
  disabled: 'key.changed',
  enabled: 'key.changed',
  revoked: 'key.revoked',
  leaked: 'key.leaked',
};

/** Tells what is done to keys, to the audit log and to gateways, in the transaction that does it. */
@Injectable()
export class KeyActs {
  constructor(
    private readonly outbox: Outbox,
    private readonly audit: AuditService,
  ) {}

  async tell(tx: Tx, { act, key }: KeyAct): Promise<void> {
    const { keyId, publicId, accountId, userId } = key;
    await this.audit.record(tx, {
      act: audited[act],
      accountId,
      objectIds: [keyId, userId],
      ...(audited[act] === 'key.changed' && { details: { change: act } }),
    });
    // Nobody knows a new key yet.
    if (act === 'made') return;
    if (act === 'revoked' || act === 'leaked') {
      const id = `revoked:${keyId}`;
      return this.outbox.add(tx, authKeyRevoked, { keyId, publicId }, { id });
    }
    const id = `changed:${keyId}:${randomUUID()}`;
    await this.outbox.add(tx, authKeyChanged, { keyId }, { id });
  }
}
