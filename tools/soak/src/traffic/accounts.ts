import { CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { createAccount, type Services } from '@modelbridge/ops';

/** A key that callers ask with. */
export interface Key {
  keyId: string;
  apiKey: string;
  accountId: string;
}

/** Who asks. What each may spend is small where it is to be met, and far beyond what a soak spends elsewhere. */
export interface Customers {
  /** Keys whose limits nobody reaches. */
  wide: Key[];
  /** A balance that is soon spent, and topped up again and again. */
  tight: Key;
  /** A key with a limit of its own, and a member with one, on an account that has enough. */
  limitedKey: Key;
  limitedMember: Key;
  /** The greedy key, and the one that sends large bodies. */
  greedy: Key;
  large: Key;
}

type Operator = Pick<Services, 'auth' | 'billing'>;

const usd = 1_000_000_000n;
const wideBalance = 100_000n * usd;
const tightBalance = usd / 50n;
const limit = usd / 50n;

/** What has been paid in, by account: noted before it is paid, so that nobody can have spent more. */
export class Purse {
  readonly paidInNanoUsd = new Map<string, bigint>();
  private topUps = 0;

  constructor(private readonly operator: Operator) {}

  async open(name: string, balanceNanoUsd: bigint): Promise<Key & { userId: string }> {
    const account = await createAccount(this.operator, {
      email: `soak-${name}@example.com`,
      name,
      balanceNanoUsd,
      plan: '',
    });
    this.note(account.accountId, balanceNanoUsd);
    return account;
  }

  /** Pays a little in. Where billing is away it may have been paid or not, and is asked for once more later. */
  async topUp(accountId: string): Promise<void> {
    const amountNanoUsd = tightBalance / 2n;
    const idempotencyKey = `soak:${accountId}:${(this.topUps += 1)}`;
    this.note(accountId, amountNanoUsd);
    await this.operator.billing.creditAccount({
      accountId,
      amountNanoUsd,
      idempotencyKey,
      source: 'operator',
    });
  }

  accountIds(): string[] {
    return [...this.paidInNanoUsd.keys()];
  }

  private note(accountId: string, amountNanoUsd: bigint): void {
    const before = this.paidInNanoUsd.get(accountId) ?? 0n;
    this.paidInNanoUsd.set(accountId, before + amountNanoUsd);
  }
}

export async function openCustomers(operator: Operator, purse: Purse): Promise<Customers> {
  const wide = await purse.open('wide', wideBalance);
  const tight = await purse.open('tight', tightBalance);
  const greedy = await purse.open('greedy', wideBalance);
  const employee = await purse.open('employee', 0n);
  const { accountId, userId } = wide;
  const newKey = async (name: string, owner = userId): Promise<Key> => {
    const { key, apiKey } = await operator.auth.createKey(
      CreateKeyRequest.fromPartial({ userId: owner, accountId, name }),
    );
    return { keyId: key?.keyId ?? '', apiKey, accountId };
  };
  const limitedKey = await newKey('limited');
  const limitedMember = await newKey('member', employee.userId);
  await operator.billing.setLimit({
    scope: LimitScope.KEY,
    period: LimitPeriod.DAY,
    accountId,
    scopeId: limitedKey.keyId,
    limitNanoUsd: limit,
  });
  await operator.billing.setLimit({
    scope: LimitScope.MEMBER,
    period: LimitPeriod.MONTH,
    accountId,
    scopeId: employee.userId,
    limitNanoUsd: limit,
  });
  return {
    wide: [wide, await newKey('second'), await newKey('third')],
    tight,
    limitedKey,
    limitedMember,
    greedy,
    large: await newKey('large'),
  };
}
