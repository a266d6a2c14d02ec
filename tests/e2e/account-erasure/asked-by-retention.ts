import { describe, expect, it, jest } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import { retentionErasureRequested } from '@modelbridge/contracts/events';
import { Erasures } from '@modelbridge/erasure';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { AccountBooks } from '../../../apps/billing/src/book/account-books.service.js';
import { ChargesRepository } from '../../../apps/billing/src/charges/charges.repository.js';
import { granted } from '../../../apps/billing/src/testing/outcomes.js';
import {
  closeRequest,
  grantRequest,
  type Owner,
} from '../../../apps/billing/src/testing/samples.js';
import { usd } from '../payments/payment-stack.js';
import { person, stack, tablesWith } from './people.js';

describe('a person whom retention has erased', () => {
  /** As retention asks for it; resolves when billing has answered. */
  async function erased(owner: Owner): Promise<{ standIn: string }> {
    const { messaging } = stack.billing.outside;
    const erasureId = newId('erasure');
    const stoodInBy = { userId: newId('user'), keyId: newId('key') };
    const { userId, accountId } = owner;
    const asked = { erasureId, userId, accountId, pseudonym: stoodInBy };
    await messaging.publish(retentionErasureRequested, asked, { id: erasureId });
    await eventually(async () => {
      const rows = await stack.billing.database.query(
        'SELECT FROM erased_person WHERE erasure_id = $1 AND finished_at IS NOT NULL',
        [uuidOf('erasure', erasureId)],
      );
      expect(rows).toHaveLength(1);
    });
    return { standIn: uuidOf('user', stoodInBy.userId) };
  }

  /** Heard, and waiting for a transaction that may write of the person. */
  async function erasureWaits(): Promise<void> {
    const rows = await stack.billing.database.query(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    expect(rows).toHaveLength(1);
  }

  it('does not come back with charges that come late, of their own account or of a team', async () => {
    const { owner, team } = await person();
    const { standIn } = await erased(owner);
    const user = uuidOf('user', owner.userId);
    await stack.billing.charge(owner, null, usd);
    await stack.billing.charge({ ...team, userId: owner.userId, keyId: newId('key') }, null, usd);
    expect(await tablesWith(user)).toEqual([]);
    expect(await tablesWith(owner.userId)).toEqual([]);
    expect(await tablesWith(standIn)).toEqual(
      expect.arrayContaining(['monthly_usage', 'spend_counter']),
    );
    expect(await stack.balance(owner)).toBe(18n * usd);
    expect(await stack.balance(team)).toBe(8n * usd);
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.filter(({ violations }) => violations > 0n)).toEqual([]);
    // The control: where nobody says who is erased, they are back.
    const blind = jest
      .spyOn(stack.billing.part(Erasures), 'standIns')
      .mockResolvedValueOnce(new Map());
    await stack.billing.charge({ ...team, userId: owner.userId, keyId: newId('key') }, null, usd);
    blind.mockRestore();
    expect(await tablesWith(user)).toEqual(expect.arrayContaining(['monthly_usage']));
  });

  it('is granted nothing more, in a team’s account either', async () => {
    const { owner, team } = await person();
    await erased(owner);
    const late = { ...team, userId: owner.userId, keyId: newId('key') };
    const granting = stack.client.grantAllowance(grantRequest(late));
    expect(rpcErrorFrom(await granting.catch((error: unknown) => error))).toMatchObject({
      code: 'failed_precondition',
      field: 'user_id',
    });
    expect(await tablesWith(uuidOf('user', owner.userId))).toEqual([]);
    // The control: where nobody says who is erased, they are back.
    const blind = jest
      .spyOn(stack.billing.part(Erasures), 'standIns')
      .mockResolvedValueOnce(new Map());
    granted(await stack.client.grantAllowance(grantRequest(late)));
    blind.mockRestore();
    expect(await tablesWith(uuidOf('user', owner.userId))).toEqual(['allowance', 'spend_counter']);
  });

  it('is erased after a grant that was being made when it was asked for, and what was granted', async () => {
    const [owner, team] = [await stack.account(), await stack.account(usd)];
    const books = stack.billing.part(AccountBooks);
    const save = books.save.bind(books);
    let asked: Promise<unknown> = Promise.resolve();
    const spy = jest.spyOn(books, 'save').mockImplementationOnce(async (...all) => {
      asked = erased(owner);
      await eventually(erasureWaits);
      await save(...all);
    });
    const request = grantRequest({ ...team, userId: owner.userId, keyId: newId('key') });
    granted(await stack.client.grantAllowance(request));
    spy.mockRestore();
    await stack.client.closeAllowance(closeRequest(request, 0n));
    await asked;
    expect(await tablesWith(uuidOf('user', owner.userId))).toEqual([]);
  });

  it('is erased after charges that were being posted when it was asked for', async () => {
    const { owner, team } = await person();
    const charges = stack.billing.part(ChargesRepository);
    const add = charges.addMonthlyUsage.bind(charges);
    let asked: Promise<unknown> = Promise.resolve();
    const spy = jest.spyOn(charges, 'addMonthlyUsage').mockImplementationOnce(async (...all) => {
      asked = erased(owner);
      await eventually(erasureWaits);
      await add(...all);
    });
    await stack.billing.charge({ ...team, userId: owner.userId, keyId: newId('key') }, null, usd);
    spy.mockRestore();
    await asked;
    expect(await tablesWith(uuidOf('user', owner.userId))).toEqual([]);
  });
});
