import { newId } from '@modelbridge/contracts';
import { describe, expect, it } from '@jest/globals';
import { successorOf, type Member, type Team } from './team.js';

const member = (userId: string, role: Member['role'], day: number): Member => ({
  userId,
  role,
  membershipId: newId('membership'),
  joinedAt: new Date(Date.UTC(2026, 0, day)),
});

describe('who follows an owner', () => {
  const team = { ownerUserId: 'o' } as Team;
  const owner = member('o', 'owner', 1);

  it.each([
    [
      'the first admin',
      [member('m', 'member', 2), member('b', 'admin', 4), member('a', 'admin', 3)],
      'a',
    ],
    ['without admins, the first member', [member('n', 'member', 3), member('m', 'member', 2)], 'm'],
    ['nobody, where nobody is left', [], undefined],
  ])('is %s', (_, others, heir) => {
    expect(successorOf(team, [...others, owner])?.userId).toBe(heir);
  });
});
