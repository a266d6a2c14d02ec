import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import type {
  CloseAllowanceRequest,
  CloseAllowanceResponse,
} from '@modelbridge/contracts/billing.v1';

/** billing as far as it closes allowances. */
export class BillingOfCloses {
  readonly closed: CloseAllowanceRequest[] = [];
  /** Allowances whose close always fails so. */
  readonly failing = new Map<string, status>();
  /** Set to hold calls back. */
  gate: Promise<void> = Promise.resolve();
  underWay = 0;
  mostUnderWay = 0;
  calls = 0;

  async closeAllowance(request: CloseAllowanceRequest): Promise<CloseAllowanceResponse> {
    this.calls += 1;
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    await this.gate;
    this.underWay -= 1;
    const code = this.failing.get(request.allowanceId);
    if (code !== undefined) throw serviceError(code);
    this.closed.push(request);
    return { releasedNanoUsd: 0n };
  }
}

function serviceError(code: status): ServiceError {
  return Object.assign(new Error('failed'), { code, details: '', metadata: new Metadata() });
}
