import { newId } from '@modelbridge/contracts';
import { TeamRole, type Standing } from '@modelbridge/contracts/teams.v1';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { describe, expect, it } from '@jest/globals';
import { AccountAccess, type AccessSources } from './account-access.js';

const actor = newId('user');
const ownAccount = newId('account');

function accessBy(sources: Partial<AccessSources>): AccountAccess {
  return new AccountAccess({
    accountOf: () => Promise.resolve(ownAccount),
    standingOf: () => Promise.resolve(undefined),
    ...sources,
  });
}

const away = () => Promise.reject(new RpcError('unavailable', 'away'));
const as = (role: TeamRole) => () => Promise.resolve({ role } as Standing);

describe('access to an account', () => {
  it('is whole for a caller that acts for itself, and asks nobody', async () => {
    const access = accessBy({ accountOf: away, standingOf: away });
    expect(await access.account('getCredits', undefined, newId('account'))).toEqual({
      reach: 'all',
    });
  });

  it.each([
    ['auth', { accountOf: away }],
    ['teams', { standingOf: away }],
  ])('is refused while %s cannot be asked', async (_, sources) => {
    const answer = accessBy(sources).account('getCredits', actor, newId('account'));
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['of a role that only a newer teams knows', as(TeamRole.UNRECOGNIZED), newId('account')],
    ['that is no account', as(TeamRole.OWNER), 'staff'],
    ['of nobody', undefined, newId('account')],
  ])('%s is not found', async (_, standingOf, accountId) => {
    const access = accessBy(standingOf === undefined ? {} : { standingOf });
    await expect(access.account('getCredits', actor, accountId)).rejects.toMatchObject({
      code: 'not_found',
      field: 'account_id',
    });
  });

  it('of a closed person is no more than of nobody', async () => {
    const access = accessBy({ accountOf: () => Promise.resolve(undefined) });
    await expect(access.account('getCredits', actor, ownAccount)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
