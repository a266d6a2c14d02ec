import { idFromUuid } from '@modelbridge/contracts';
import type { CreditGrant } from '@modelbridge/contracts/billing.v1';
import type { StoredGrant } from './grant.js';

/** A grant as the contract says it. */
export function toGrant({
  id,
  accountId,
  amount,
  expiresAt,
  transferId,
}: StoredGrant): CreditGrant {
  return {
    grantId: idFromUuid('grant', id),
    accountId: idFromUuid('account', accountId),
    amountNanoUsd: amount,
    expiresAt,
    transactionId: idFromUuid('transaction', transferId),
  };
}
