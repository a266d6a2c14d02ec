import { describe, expect, it } from '@jest/globals';
import { idFromUuid, isId, newId, uuidOf } from './ids.js';

describe('ids', () => {
  it('round-trips through the UUID that Postgres stores', () => {
    const id = newId('request');
    expect(idFromUuid('request', uuidOf('request', id))).toBe(id);
  });

  it('holds the UUID that the TypeID specification says', () => {
    // https://github.com/jetify-com/typeid/blob/main/spec/valid.yml
    expect(uuidOf('user', 'user_01h455vb4pex5vsknk084sn02q')).toBe(
      '01890a5d-ac96-774b-bcce-b302099a8057',
    );
    expect(uuidOf('user', 'user_7zzzzzzzzzzzzzzzzzzzzzzzzz')).toBe(
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    );
    expect(uuidOf('user', 'user_00000000000000000000000000')).toBe(
      '00000000-0000-0000-0000-000000000000',
    );
  });

  it('refuses an id of another kind', () => {
    expect(() => uuidOf('request', newId('key'))).toThrow();
    expect(isId('request', newId('key'))).toBe(false);
  });

  it('encodes what the TypeID specification says', () => {
    expect(idFromUuid('user', '01890a5d-ac96-774b-bcce-b302099a8057')).toBe(
      'user_01h455vb4pex5vsknk084sn02q',
    );
    expect(idFromUuid('user', 'ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe(
      'user_7zzzzzzzzzzzzzzzzzzzzzzzzz',
    );
    expect(() => idFromUuid('user', '01890a5d-ac96-774b-bcce-b302099a80')).toThrow();
  });

  it('sorts by the time an id was made, in any number, and never comes twice', () => {
    const ids = Array.from({ length: 10_000 }, () => newId('request'));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('holds a UUIDv7 of now', () => {
    const before = Date.now();
    const uuid = uuidOf('request', newId('request'));
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const madeAt = parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
    expect(madeAt).toBeGreaterThanOrEqual(before);
    // Ids made faster than the clock goes may be a little ahead of it.
    expect(madeAt).toBeLessThan(Date.now() + 1_000);
  });
});
