import { ConsentPurpose } from '@modelbridge/contracts/auth.v1';
import { RpcError, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import type { Purpose } from './privacy-request.js';

const purposeCodes: Record<Purpose, ConsentPurpose> = {
  product_news: ConsentPurpose.PRODUCT_NEWS,
  service_statistics: ConsentPurpose.SERVICE_STATISTICS,
};

/** auth, which stops and lets go on what is done for a person. Whoever has no account any more needs none of it. */
@Injectable()
export class People {
  constructor(private readonly auth: AuthClient) {}

  /** Throws for who is unknown, and where that cannot be known. */
  async require(userId: string): Promise<void> {
    await this.auth.getUser({ userId }).catch((error: unknown) => {
      throw rpcErrorFrom(error)?.code === 'not_found'
        ? new RpcError('not_found', 'no such user', { field: 'user_id' })
        : new RpcError('unavailable', 'auth does not answer: try again', { cause: error });
    });
  }

  restrict(userId: string): Promise<void> {
    return unlessGone(this.auth.restrictProcessing({ userId }));
  }

  lift(userId: string): Promise<void> {
    return unlessGone(this.auth.liftRestriction({ userId }));
  }

  withdraw(userId: string, purpose: Purpose): Promise<void> {
    const withdrawal = { userId, purpose: purposeCodes[purpose], given: false };
    return unlessGone(this.auth.setConsent(withdrawal));
  }
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (rpcErrorFrom(error)?.code !== 'not_found') throw error;
  });
}
