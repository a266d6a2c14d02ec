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

  it('sorts by the time an id was made', () => {
    const ids = Array.from({ length: 50 }, () => newId('request'));
    expect([...ids].sort()).toEqual(ids);
  });
});
