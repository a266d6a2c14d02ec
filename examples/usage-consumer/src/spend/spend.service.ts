import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { Database } from '@modelbridge/service-kit/database';
import type { PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { Inject, Injectable } from '@nestjs/common';
import { SpendRepository } from './spend.repository.js';
import { nextInOrder, sumByModel, type ModelSpend, type RecordedCost } from './spend.js';

export const USAGE_LEDGER = Symbol('usage-ledger');
export type UsageLedger = PromisifiedClient<UsageLedgerServiceClient>;

const catchUpPage = 1_000;

@Injectable()
export class SpendService {
  constructor(
    private readonly database: Database,
    private readonly repository: SpendRepository,
    @Inject(USAGE_LEDGER) private readonly usageLedger: UsageLedger,
  ) {}

  /** Takes recorded requests in, each once; what is missing before them is asked for. */
  async take(requests: readonly RecordedCost[]): Promise<void> {
    if ((await this.apply(requests)) === 'gap') await this.catchUp();
  }

  /** Reads everything that the ledger has beyond the checkpoint. */
  async catchUp(): Promise<void> {
    for (;;) {
      const { requests } = await this.usageLedger.listRecorded({
        afterLedgerSequence: await this.repository.checkpoint(),
        limit: catchUpPage,
      });
      if (requests.length === 0) return;
      await this.apply(requests);
    }
  }

  list(): Promise<ModelSpend[]> {
    return this.repository.list();
  }

  /** The checkpoint moves in the transaction that counts, so a crash or a repetition counts nothing twice. */
  private apply(requests: readonly RecordedCost[]): Promise<'applied' | 'gap'> {
    return this.database.transaction(async (tx) => {
      const { next, gap } = nextInOrder(await this.repository.lockCheckpoint(tx), requests);
      const last = next.at(-1);
      if (last !== undefined) {
        await this.repository.add(tx, sumByModel(next));
        await this.repository.moveCheckpoint(tx, last.ledgerSequence);
      }
      return gap ? 'gap' : 'applied';
    });
  }
}
