import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { KeysService } from '../keyring/keys.service.js';
import { userOfKey } from '../keyring/keyring.js';
import { DeletionsService } from '../life/deletions.service.js';
import { ReceiptsService } from '../receipts/receipts.service.js';
import { Clock } from '../clock/clock.js';
import { erasureBounds } from './bounds.js';
import { ErasureChecksRepository } from './erasure-checks.repository.js';
import { ErasuresRepository } from './erasures.repository.js';
import { personHash, type Erasure } from './erasure.js';
import { documentHash, receiptKind, receiptOf, type ErasureReceipt } from './receipt.js';

/** What an erasure did, written down and certified in the transaction that ends it; and the look for what should be gone. */
@Injectable()
export class ErasureReceipts implements OnModuleInit {
  constructor(
    private readonly erasures: ErasuresRepository,
    private readonly checks: ErasureChecksRepository,
    private readonly receipts: ReceiptsService,
    private readonly deletions: DeletionsService,
    private readonly keys: KeysService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.deletions.alsoLook(() => this.look());
  }

  async write(tx: Tx, erasure: Erasure & { doneAt: Date }): Promise<void> {
    const { erasureId } = erasure;
    const receipt = receiptOf(erasure);
    const document = JSON.stringify(receipt);
    await this.erasures.setReceipt(tx, erasureId, document);
    await this.receipts.issue(tx, {
      kind: receiptKind,
      subject: erasureId,
      facts: factsOf(receipt, document),
    });
  }

  /** Erasures that are late, have no receipt or another than was signed, and erased authors who still have a secret. */
  private async look(): Promise<{ looked: number; problems: string[] }> {
    const signed = await this.receipts.factsOf(receiptKind);
    const done = await this.checks.documents();
    const late = await this.checks.late(
      new Date(this.clock.now().getTime() - erasureBounds.deadlineMs),
    );
    const authors = (await this.keys.list()).flatMap((name) => userOfKey(name) ?? []);
    const erased = await this.checks.doneAmong(authors.map(personHash));
    const problems = [
      ...late.map((id) => `${id} should be done by now`),
      ...done.flatMap(({ erasureId, document }) => {
        const facts = signed.get(erasureId);
        if (facts === undefined) return [`${erasureId} is done without a receipt`];
        return facts['document_sha256'] === documentHash(document)
          ? []
          : [`${erasureId} has another receipt than was signed`];
      }),
      ...erased.map((id) => `${id} is done, and its author still has a secret`),
    ];
    return { looked: done.length, problems };
  }
}

/** What everybody may know: nothing of how much the person had. */
function factsOf(receipt: ErasureReceipt, document: string): Record<string, string> {
  return {
    requested_at: receipt.requestedAt,
    done_at: receipt.doneAt,
    services: Object.keys(receipt.went).join(' '),
    document_sha256: documentHash(document),
  };
}
