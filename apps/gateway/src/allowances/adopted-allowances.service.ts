import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CloseAllowanceRequest } from '@modelbridge/contracts/billing.v1';
import { type Adoption, Spool } from '../spool/spool.js';
import { AllowanceCloser } from './allowance-closer.service.js';

/** The last step of all, where the real one is no longer known. */
const lastStep = 4_294_967_295;

/** Closes the allowances of gateways that died, with the exact totals that their spools held. */
@Injectable()
export class AdoptedAllowances implements OnModuleInit {
  constructor(
    private readonly spool: Spool,
    private readonly closer: AllowanceCloser,
  ) {}

  onModuleInit(): void {
    this.spool.onAdopted((adoption) => {
      for (const [allowanceId, spent] of adoption.allowances) {
        void this.close(adoption, allowanceId, spent);
      }
    });
  }

  private async close(adoption: Adoption, allowanceId: string, spent: bigint): Promise<void> {
    const request = { allowanceId, step: lastStep, spentNanoUsd: spent };
    const answered = await this.closer.close(CloseAllowanceRequest.fromPartial(request));
    if (answered) adoption.allowanceClosed(allowanceId);
  }
}
