import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { Key, KeyRestrictions, ResolveKeyResponse } from '@modelbridge/contracts/auth.v1';
import { readKey } from './read-key.js';

describe('a key of a team', () => {
  const accessOf = (own: string[], team: string[], neverStoredOnly = false) => {
    const key = Key.fromPartial({
      keyId: newId('key'),
      publicId: 'p',
      restrictions: KeyRestrictions.fromPartial({ allowedModels: own }),
    });
    const teamRestrictions = { allowedModels: team, neverStoredOnly };
    return readKey(ResolveKeyResponse.fromPartial({ key, teamRestrictions }))?.access;
  };

  it.each([
    [[], [], undefined],
    [['a'], [], ['a']],
    [[], ['b'], ['b']],
    [['a', 'b'], ['b', 'c'], ['b']],
    [['a'], ['b'], []],
  ])('that may use %j in a team that allows %j may use %j', (own, team, both) => {
    expect(accessOf(own, team)?.models).toEqual(both && new Set(both));
  });

  it('uses only models whose content is never stored where its team wants that', () => {
    expect(accessOf([], [], true)?.neverStoredOnly).toBe(true);
    expect(accessOf([], [])?.neverStoredOnly).toBe(false);
  });
});
