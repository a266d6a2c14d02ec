import { ConsentSource, CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import type { Services } from './connection/services.js';

export interface NewAccount {
  email: string;
  name: string;
  balanceNanoUsd: bigint;
  /** Empty: no rate limit. */
  plan: string;
}

export interface CreatedAccount {
  userId: string;
  accountId: string;
  keyId: string;
  /** In clear: it is shown this once. */
  apiKey: string;
}

/** Registers a person, answers for their age and their acceptance of the terms, opens and credits their billing account, and makes their first key. */
export async function createAccount(
  services: Pick<Services, 'auth' | 'billing'>,
  { email, name, balanceNanoUsd, plan }: NewAccount,
): Promise<CreatedAccount> {
  const { user } = await services.auth.createUser({ email, name, plan });
  if (!user) throw new Error('auth answered without a user');
  const { userId, accountId } = user;
  const { policyVersion } = await services.auth.getCurrentPolicy({});
  await services.auth.recordConsents({
    userId,
    policyVersion,
    termsAccepted: true,
    isAdult: true,
    source: ConsentSource.OPERATOR,
  });
  // auth has billing told too; whoever comes second finds it done.
  await services.billing.createAccount({ accountId, ownerUserId: userId, plan });
  if (balanceNanoUsd > 0n) {
    await services.billing.creditAccount({
      accountId,
      amountNanoUsd: balanceNanoUsd,
      idempotencyKey: `opening-balance:${accountId}`,
      source: 'operator',
    });
  }
  const { key, apiKey } = await services.auth.createKey(
    CreateKeyRequest.fromPartial({ userId, accountId, name: 'First key' }),
  );
  if (!key) throw new Error('auth answered without a key');
  return { userId, accountId, keyId: key.keyId, apiKey };
}
