import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isId, newId, uuidOf } from '@modelbridge/contracts';
import { noAccount, nobody, personHash } from './erased-person.js';

describe('what is kept of an erased person', () => {
  it('is the same for the same person, and another for another', () => {
    const [one, other] = [newId('user'), newId('user')];
    expect(personHash(one)).toEqual(personHash(one));
    expect(personHash(one)).not.toEqual(personHash(other));
  });

  it('is no hash of the id alone, with which other tables could be searched', () => {
    const userId = newId('user');
    const plain = [userId, uuidOf('user', userId)].map((text) =>
      createHash('sha256').update(text).digest('hex'),
    );
    expect(plain).not.toContain(personHash(userId).toString('hex'));
  });
});

describe('nobody', () => {
  it('has ids in the form of everybody’s', () => {
    expect(isId('user', nobody.userId)).toBe(true);
    expect(isId('key', nobody.keyId)).toBe(true);
    expect(isId('account', noAccount)).toBe(true);
  });
});
