import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { ErasuresRepository } from './erasures.repository.js';
import type { Erasure } from './erasure.js';
import { receiptOf } from './receipt.js';

/** Writes down what an erasure did, in the transaction that ends it. */
@Injectable()
export class ErasureReceipts {
  constructor(private readonly erasures: ErasuresRepository) {}

  async write(tx: Tx, erasure: Erasure & { doneAt: Date }): Promise<void> {
    await this.erasures.setReceipt(tx, erasure.erasureId, JSON.stringify(receiptOf(erasure)));
  }
}
