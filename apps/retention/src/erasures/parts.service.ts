import { retentionDataErased, type ErasureCompleted } from '@modelbridge/contracts/events';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { ErasureMailsService } from './erasure-mails.service.js';
import { ErasureReceipts } from './erasure-receipts.service.js';
import { ErasuresRepository } from './erasures.repository.js';
import { isDataErased, lastPart, waitingFor, type Erasure } from './erasure.js';

/** What the services answer: when all but auth have, auth is told, and when auth has, it is done. */
@Injectable()
export class PartsService {
  constructor(
    private readonly database: Database,
    private readonly erasures: ErasuresRepository,
    private readonly outbox: Outbox,
    private readonly mails: ErasureMailsService,
    private readonly receipts: ErasureReceipts,
    private readonly clock: Clock,
  ) {}

  /** An answer that comes again, or of an erasure that is not known here, changes nothing. */
  async completed(part: string, { erasureId, counts }: ErasureCompleted): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = await this.erasures.lock(tx, erasureId);
      if (before?.state !== 'erasing' && before?.state !== 'releasing') return;
      if (part === lastPart && before.state !== 'releasing') return;
      await this.erasures.addPart(tx, erasureId, { part, counts, completedAt: this.clock.now() });
      const erasure = await this.erasures.lock(tx, erasureId);
      if (erasure === undefined) return;
      if (erasure.state === 'erasing' && isDataErased(erasure)) await this.release(tx, erasure);
      if (erasure.state === 'releasing' && waitingFor(erasure).length === 0) {
        await this.finish(tx, erasure);
      }
    });
  }

  private async release(tx: Tx, { erasureId, person }: Erasure): Promise<void> {
    if (person === undefined) throw new Error('an erasure that is under way has its person');
    await this.erasures.change(tx, erasureId, { state: 'releasing' });
    await this.outbox.confirm(tx, [erasureId]);
    await this.outbox.add(
      tx,
      retentionDataErased,
      { erasureId, ...person },
      { id: releaseId(erasureId), awaitConfirmation: true },
    );
  }

  private async finish(tx: Tx, erasure: Erasure): Promise<void> {
    const { erasureId, email } = erasure;
    const now = this.clock.now();
    await this.receipts.write(tx, { ...erasure, doneAt: now });
    if (email !== undefined) await this.mails.tellDone(tx, { erasureId, address: email });
    await this.outbox.confirm(tx, [releaseId(erasureId)]);
    await this.erasures.finish(tx, erasureId, now);
  }
}

function releaseId(erasureId: string): string {
  return `${erasureId}:release`;
}
