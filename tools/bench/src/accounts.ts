import { newId } from '@modelbridge/contracts';
import { fund, type Services } from './stack.js';

const OPENED_AT_ONCE = 50;

/** A key of the only member of an account. */
export interface Holder {
  accountId: string;
  userId: string;
  keyId: string;
}

/** Opens so many accounts, each with more money than any benchmark spends. */
export async function openAccounts(services: Services, count: number): Promise<Holder[]> {
  const holders: Holder[] = [];
  while (holders.length < count) {
    const batch = Math.min(OPENED_AT_ONCE, count - holders.length);
    holders.push(
      ...(await Promise.all(Array.from({ length: batch }, () => openAccount(services)))),
    );
  }
  return holders;
}

async function openAccount(services: Services): Promise<Holder> {
  const holder = { accountId: newId('account'), userId: newId('user'), keyId: newId('key') };
  const { accountId, userId: ownerUserId } = holder;
  await services.billing.createAccount({ accountId, ownerUserId, plan: '' });
  await fund(services, accountId);
  return holder;
}
