import { describe, expect, it } from '@jest/globals';
import { idFromUuid, isId, newId, uuidOf } from './ids.js';

describe('ids', () => {
  it('round-trips through the UUID that Postgres stores', () => {
    const id = newId('request');
    expect(idFromUuid('request', uuidOf('request', id))).toBe(id);
  });

  it('refuses an id of another kind', () => {
    expect(() => uuidOf('request', newId('key'))).toThrow();
    expect(isId('request', newId('key'))).toBe(false);
  });

  it('sorts by the time an id was made', () => {
    const ids = Array.from({ length: 50 }, () => newId('request'));
    expect([...ids].sort()).toEqual(ids);
  });
});
