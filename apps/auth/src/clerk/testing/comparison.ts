import { describe, expect, it } from '@jest/globals';
import { apiKeySha256 } from '@modelbridge/api-key';
import { CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { ComparisonService } from '../comparison.service.js';
import { auth, clerk, database, address, signIn, rows } from './clerk-auth.js';

describe('the comparison with Clerk', () => {
  const comparison = () => auth.service.running.app.get(ComparisonService, { strict: false });
  const compare = async (...due: string[]): Promise<void> => {
    await database.query(
      'update app_user set clerk_compare_at = now() where clerk_user_id = any($1)',
      [due],
    );
    await comparison().compareDue();
  };
  const isDue = async (id: string): Promise<boolean> => {
    const [row] = await database.query<{ due: boolean }>(
      `select clerk_compare_at < now() + interval '23 hours' as due from app_user
       where clerk_user_id = $1`,
      [id],
    );
    return row?.due === true;
  };

  it('closes the account of who is gone there and updates who was changed, once, audited', async () => {
    const [gone, changed, same] = [address(), address(), address()].map((email) =>
      clerk.add({ email, firstName: 'Ada' }),
    ) as [string, string, string];
    const { userId, accountId } = await signIn(gone);
    for (const id of [changed, same]) await signIn(id);
    await auth.consent(userId);
    const newKey = CreateKeyRequest.fromPartial({ userId, accountId, name: 'ci' });
    const { apiKey } = await auth.client.createKey(newKey);
    const email = address();
    clerk.people.delete(gone);
    clerk.people.set(changed, { email, firstName: 'Grace', updatedAt: Date.now() });
    // Not in the list yet, and there where it is asked for.
    clerk.unlisted.add(same);
    for (let nights = 0; nights < 2; nights += 1) await compare(gone, changed, same);
    expect(await rows(gone)).toMatchObject([{ closed: true }]);
    expect(await rows(changed)).toEqual([{ email, name: 'Grace', closed: false }]);
    expect(await rows(same)).toMatchObject([{ closed: false }]);
    expect(
      await auth.client.resolveKey({ keySha256: apiKeySha256(apiKey) }).catch(rpcErrorFrom),
    ).toMatchObject({ code: 'not_found' });
    const page = { log: accountId, limit: 0, cursor: '' };
    const { entries } = await auth.client.listAuditEntries(page);
    const system = { actorKind: 'system', actorId: 'auth' };
    expect(entries.slice(0, 2)).toMatchObject([
      { act: 'account.closed', ...system },
      { act: 'key.revoked', ...system },
    ]);
    expect(entries.filter(({ act }) => act === 'account.closed')).toHaveLength(1);
    expect(await isDue(same)).toBe(false);
  });

  it('changes nothing where Clerk knows nobody: it may be another instance', async () => {
    const id = clerk.add({ email: address() });
    await signIn(id);
    const people = new Map(clerk.people);
    clerk.people.clear();
    await compare(id);
    for (const [known, person] of people) clerk.people.set(known, person);
    expect(await rows(id)).toMatchObject([{ closed: false }]);
    expect(await isDue(id)).toBe(true);
  });

  it.each([500, 429])('is made again after Clerk has answered %i', async (outage) => {
    const id = clerk.add({ email: address() });
    await signIn(id);
    clerk.people.delete(id);
    clerk.outage = outage;
    await compare(id);
    clerk.outage = undefined;
    expect(await rows(id)).toMatchObject([{ closed: false }]);
    expect(await isDue(id)).toBe(true);
    // It waits as long as Clerk wants it to.
    await compare(id);
    expect(await rows(id)).toMatchObject([{ closed: outage !== 429 }]);
  });
});
